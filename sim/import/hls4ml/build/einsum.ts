/**
 * Einsum layers as transpositions around batched products: inputs are brought to [in place, free, contracted], the
 * result from [in place, free of the first, free of the second] to the order asked for.
 *
 * Source: hls4ml 1.3.0, `parse_einsum`: axes of a group stand in the order of the second input, free axes of the first
 * in its own.
 */
import { InputError, type Layer } from '../../../model/index.ts';
import { elements } from '../../../model/layer-kind.ts';
import type { Node } from '../node.ts';
import type { ModelBuilder } from './model-builder.ts';

interface Recipe {
  /** Orders of axes that bring the inputs to [in place..., free..., contracted...]. */
  readonly orders: readonly [readonly number[], readonly number[]];
  readonly sizes: {
    readonly inPlace: number;
    readonly free: readonly [number, number];
    readonly contracted: number;
  };
  /** Shape of the result before its transposition, and the order of axes of the latter. */
  readonly resultShape: readonly number[];
  readonly resultOrder: readonly number[];
}

function recipeOf(node: Node, equation: string, a: readonly number[], b: readonly number[]): Recipe {
  const [left, out] = equation.split('->');
  const [x, w] = left.split(',');
  const refuse = (what: string) =>
    new InputError({ code: 'IMP025', layer: node.name, field: 'equation', what: `'${equation}' ${what}` });
  const fits = (axes: string, shape: readonly number[]) =>
    axes.length === shape.length && new Set(axes).size === axes.length && !axes.includes('.');
  if (!fits(x, a) || !fits(w, b) || new Set(out).size !== out.length)
    throw refuse('does not name each axis of its inputs once');
  const common = [...w].filter((axis) => x.includes(axis));
  const contracted = common.filter((axis) => !out.includes(axis));
  const inPlace = common.filter((axis) => out.includes(axis));
  const freeA = [...x].filter((axis) => !w.includes(axis));
  const freeB = [...w].filter((axis) => !x.includes(axis));
  if ([...freeA, ...freeB].some((axis) => !out.includes(axis)))
    throw refuse('sums an axis of one input alone, which is not supported');
  const size = (axis: string) => (x.includes(axis) ? a[x.indexOf(axis)] : b[w.indexOf(axis)]);
  const total = (axes: readonly string[]) => elements(axes.map(size));
  const made = [...inPlace, ...freeA, ...freeB];
  return {
    orders: [
      [...inPlace, ...freeA, ...contracted].map((axis) => x.indexOf(axis)),
      [...inPlace, ...freeB, ...contracted].map((axis) => w.indexOf(axis)),
    ],
    sizes: { inPlace: total(inPlace), free: [total(freeA), total(freeB)], contracted: total(contracted) },
    resultShape: made.map(size),
    resultOrder: [...out].map((axis) => made.indexOf(axis)),
  };
}

export function buildEinsumDense(builder: ModelBuilder, node: Node, input: Node): void {
  if (node.operation.kind !== 'einsum-dense') return;
  const { weight, bias } = node.weights;
  const recipe = recipeOf(node, node.operation.equation, input.shape, weight.shape);
  const { inPlace, free, contracted } = recipe.sizes;
  const matrixShape = [inPlace, contracted, free[1]];
  // [in place, free, contracted] -> [in place, contracted, free]
  const columns = transposed(weight.values, weight.shape, recipe.orders[1]);
  const matrix = new Float64Array(columns.length);
  columns.forEach((value, at) => {
    const term = at % contracted;
    const column = Math.floor(at / contracted) % free[1];
    const batch = Math.floor(at / contracted / free[1]);
    matrix[(batch * contracted + term) * free[1] + column] = value;
  });
  const rowsShape = [inPlace, free[0], free[1]];
  const spread = broadcast(bias.values, bias.shape, node.shape);
  const inverse = recipe.resultOrder.map((_, axis) => recipe.resultOrder.indexOf(axis));
  const biases = transposed(spread, node.shape, inverse);
  const settled: Node = {
    ...node,
    weights: {
      weight: { ...weight, shape: matrixShape, values: matrix },
      bias: { ...bias, shape: rowsShape, values: biases },
    },
  };
  const x = arranged(builder, node, input, recipe.orders[0], [inPlace, free[0], contracted], 0);
  const layer: Layer = {
    ...builder.base(node),
    inputs: [x],
    outputs: [`${node.name}.rows`],
    kind: 'batched-dense',
    accumulator: builder.accumulator(settled, builder.type(input, 'result')),
    weights: builder.weight(settled, 'weight'),
    bias: builder.weight(settled, 'bias'),
  };
  pushWithResult(builder, node, layer, rowsShape, recipe);
}

export function buildEinsum(builder: ModelBuilder, node: Node, inputs: readonly Node[]): void {
  if (node.operation.kind !== 'einsum') return;
  const recipe = recipeOf(node, node.operation.equation, inputs[0].shape, inputs[1].shape);
  const { inPlace, free, contracted } = recipe.sizes;
  const names = inputs.map((input, index) =>
    arranged(builder, node, input, recipe.orders[index], [inPlace, free[index], contracted], index),
  );
  const layer: Layer = {
    ...builder.base(node),
    inputs: names,
    outputs: [`${node.name}.rows`],
    kind: 'batched-product',
    accumulator: builder.type(node, 'accum'),
  };
  pushWithResult(builder, node, layer, [inPlace, free[0], free[1]], recipe);
}

/** An input with its axes in a new order, as a tensor of three axes. @returns the tensor's name */
function arranged(
  builder: ModelBuilder,
  node: Node,
  input: Node,
  order: readonly number[],
  shape: readonly number[],
  index: number,
): string {
  const type = builder.type(input, 'result');
  const moved = `${node.name}.input${index}.moved`;
  const flat = `${node.name}.input${index}`;
  const dialect = 'hls4ml-1.3.0';
  builder.tensors[moved] = { shape: order.map((axis) => input.shape[axis]), type };
  builder.tensors[flat] = { shape, type };
  builder.layers.push(
    { name: moved, dialect, inputs: [input.name], outputs: [moved], kind: 'transpose', permutation: order },
    { name: flat, dialect, inputs: [moved], outputs: [flat], kind: 'reshape' },
  );
  return flat;
}

function pushWithResult(
  builder: ModelBuilder,
  node: Node,
  layer: Layer,
  rowsShape: readonly number[],
  { resultShape, resultOrder }: Recipe,
): void {
  const type = builder.type(node, 'result');
  const [rows, split] = [`${node.name}.rows`, `${node.name}.axes`];
  const dialect = 'hls4ml-1.3.0';
  builder.tensors[rows] = { shape: rowsShape, type };
  builder.tensors[split] = { shape: resultShape, type };
  builder.layers.push(
    layer,
    { name: split, dialect, inputs: [rows], outputs: [split], kind: 'reshape' },
    {
      name: `${node.name}.result`,
      dialect,
      inputs: [split],
      outputs: [node.name],
      kind: 'transpose',
      permutation: resultOrder,
    },
  );
}

function transposed(values: Float64Array, shape: readonly number[], order: readonly number[]): Float64Array {
  const steps = shape.map((_, axis) => elements(shape.slice(axis + 1)));
  const to = order.map((axis) => shape[axis]);
  return values.map((_, flat) => {
    let rest = flat;
    let from = 0;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      from += (rest % to[axis]) * steps[order[axis]];
      rest = Math.floor(rest / to[axis]);
    }
    return values[from];
  });
}

/** Values repeated along axes of size 1, or missing in front, as NumPy does. */
function broadcast(values: Float64Array, shape: readonly number[], to: readonly number[]): Float64Array {
  const own = [...Array.from({ length: to.length - shape.length }, () => 1), ...shape];
  return Float64Array.from({ length: elements(to) }, (_, flat) => {
    let rest = flat;
    let from = 0;
    let step = 1;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      if (own[axis] > 1) from += (rest % to[axis]) * step;
      step *= own[axis];
      rest = Math.floor(rest / to[axis]);
    }
    return values[from];
  });
}
