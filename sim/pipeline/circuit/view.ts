/** Views: affine windows on a node's array. Slicing, transposing and broadcasting are wiring and cost nothing. */
import type { Node, View } from './circuit.ts';

export type { View } from './circuit.ts';

/** Strides of a row-major array. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function viewOf(node: Node): View {
  return { node, shape: node.shape, strides: rowMajor(node.shape), offset: 0 };
}

/** Elements `from` to `to` (excluded) along an axis, every `step`-th of them. */
export function slice(view: View, axis: number, from: number, to: number, step = 1): View {
  const at = axis < 0 ? axis + view.shape.length : axis;
  if (from < 0 || to > view.shape[at] || from >= to) {
    throw new RangeError(`slice ${from}..${to} leaves axis ${at} of shape [${view.shape.join(', ')}]`);
  }
  return {
    node: view.node,
    shape: view.shape.map((size, index) => (index === at ? Math.ceil((to - from) / step) : size)),
    strides: view.strides.map((stride, index) => (index === at ? stride * step : stride)),
    offset: view.offset + from * view.strides[at],
  };
}

/** One element along an axis, which disappears. */
export function pick(view: View, axis: number, index: number): View {
  const at = axis < 0 ? axis + view.shape.length : axis;
  const one = slice(view, at, index, index + 1);
  const without = (list: readonly number[]) => list.filter((_, i) => i !== at);
  return { ...one, shape: without(one.shape), strides: without(one.strides) };
}

/** A new axis of size 1 before `axis`. */
export function expand(view: View, axis: number): View {
  const at = axis < 0 ? axis + view.shape.length + 1 : axis;
  const insert = (list: readonly number[], value: number) => [...list.slice(0, at), value, ...list.slice(at)];
  return { ...view, shape: insert(view.shape, 1), strides: insert(view.strides, 0) };
}

/** Axes in another order. */
export function transpose(view: View, order: readonly number[]): View {
  const take = (list: readonly number[]) => order.map((axis) => list[axis]);
  return { ...view, shape: take(view.shape), strides: take(view.strides) };
}

/** The same elements in row-major order under another shape. @throws RangeError unless the view is contiguous */
export function reshape(view: View, shape: readonly number[]): View {
  const natural = rowMajor(view.shape);
  const contiguous = view.shape.every((size, axis) => size === 1 || view.strides[axis] === natural[axis]);
  if (!contiguous || sizeOf(shape) !== sizeOf(view.shape)) {
    throw new RangeError(`cannot see [${view.shape.join(', ')}] as [${shape.join(', ')}]`);
  }
  return { node: view.node, shape, strides: rowMajor(shape), offset: view.offset };
}

/** Repeats axes of size 1, and adds leading ones, until the view has the shape. */
export function broadcast(view: View, shape: readonly number[]): View {
  const missing = shape.length - view.shape.length;
  const strides = shape.map((size, axis) => {
    const own = view.shape[axis - missing];
    if (own === undefined || (own === 1 && size !== 1)) return 0;
    if (own !== size)
      throw new RangeError(`[${view.shape.join(', ')}] does not broadcast to [${shape.join(', ')}]`);
    return view.strides[axis - missing];
  });
  return { node: view.node, shape, strides, offset: view.offset };
}

/** The shape that several shapes broadcast to. */
export function commonShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(...shapes.map((shape) => shape[axis - (rank - shape.length)] ?? 1)),
  );
}

/** For every element of the view, in row-major order, its index in the node's array. */
export function elementIndices(view: View): Int32Array {
  const indices = new Int32Array(sizeOf(view.shape));
  let filled = 1;
  indices[0] = view.offset;
  for (let axis = 0; axis < view.shape.length; axis++) {
    const [size, stride] = [view.shape[axis], view.strides[axis]];
    for (let i = filled - 1; i >= 0; i--) {
      const base = indices[i];
      for (let j = size - 1; j >= 0; j--) indices[i * size + j] = base + j * stride;
    }
    filled *= size;
  }
  return indices;
}
