/**
 * Bits of what is computed of several tensors, or element by element. Source: hls4ml 1.3.0 `bit_exact.py` (`_produce_kif`),
 * `qinterval.py`.
 */
import { elements } from '../../../model/layer-kind.ts';
import type { FixedFormat } from 'fixed-point-ts';
import type { MergeOperation, Node } from '../node.ts';
import { type BitsArray, emptyBits, fractionOf, type Interval, intervalAt, setInterval } from './bits.ts';

interface Input {
  readonly node: Node;
  readonly bits: BitsArray;
}

export function mergedBits(operation: MergeOperation, a: BitsArray, b: BitsArray): BitsArray {
  if (operation === 'maximum' || operation === 'minimum') {
    return {
      signed: a.signed.map((value, at) => Math.max(value, b.signed[at])),
      integer: a.integer.map((value, at) => Math.max(value, b.integer[at])),
      fraction: a.fraction.map((value, at) => Math.max(value, b.fraction[at])),
    };
  }
  const bits = emptyBits(a.integer.length);
  for (let at = 0; at < bits.integer.length; at++) {
    const [x, y] = [intervalAt(a, at), intervalAt(b, at)];
    if (operation === 'multiply') setInterval(bits, at, times(x, y));
    else setInterval(bits, at, sumOf([x, operation === 'subtract' ? negated(y) : y]));
  }
  if (operation !== 'average') return bits;
  // half of the sum
  return {
    ...bits,
    integer: bits.integer.map((value) => value - 1),
    fraction: bits.fraction.map((value) => value + 1),
  };
}

export function sumOf(terms: readonly Interval[]): Interval {
  return terms.reduce((a, b) => ({
    low: a.low + b.low,
    high: a.high + b.high,
    step: Math.min(a.step, b.step),
  }));
}

function negated({ low, high, step }: Interval): Interval {
  return { low: -high, high: -low, step };
}

function times(a: Interval, b: Interval): Interval {
  const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return { low: Math.min(...corners), high: Math.max(...corners), step: a.step * b.step };
}

function timesConstant(a: Interval, factor: number): Interval {
  const [x, y] = [a.low * factor, a.high * factor];
  return { low: Math.min(x, y), high: Math.max(x, y), step: a.step * 2 ** -fractionOf(factor) };
}

/** The product of an element of the first input and one of the second. */
export function product(inputs: readonly Input[], a: number, b: number): Interval {
  return times(intervalAt(inputs[0].bits, a), intervalAt(inputs[1].bits, b));
}

/** Every element of the result is a sum over the axes that it does not have. */
export function einsumBits(node: Node, equation: string, inputs: readonly Input[]): BitsArray {
  const [left, out] = equation.split('->');
  const [x, w] = left.split(',');
  const weight = node.weights.weight as Node['weights'][string] | undefined;
  const second = weight?.shape ?? inputs[1].node.shape;
  const sizes = new Map<string, number>();
  [...x].forEach((axis, at) => sizes.set(axis, inputs[0].node.shape[at]));
  [...w].forEach((axis, at) => sizes.set(axis, second[at]));
  const summed = [...sizes.keys()].filter((axis) => !out.includes(axis));
  const shapeOf = (axes: Iterable<string>) => Array.from(axes, (axis) => sizes.get(axis)!);
  const index = (axes: string, place: ReadonlyMap<string, number>) =>
    [...axes].reduce((at, axis) => at * sizes.get(axis)! + place.get(axis)!, 0);

  const bits = emptyBits(elements(node.shape));
  const shifts = node.weights.bias
    ? broadcast(node.weights.bias.values, node.weights.bias.shape, node.shape)
    : undefined;
  for (let at = 0; at < bits.integer.length; at++) {
    const place = placeOf(at, [...out], shapeOf(out));
    const terms: Interval[] = [];
    for (let term = 0; term < elements(shapeOf(summed)); term++) {
      for (const [axis, value] of placeOf(term, summed, shapeOf(summed))) place.set(axis, value);
      const [a, b] = [index(x, place), index(w, place)];
      terms.push(
        weight ? timesConstant(intervalAt(inputs[0].bits, a), weight.values[b]) : product(inputs, a, b),
      );
    }
    const sum = sumOf(terms);
    setInterval(bits, at, shifts ? shifted(sum, shifts[at]) : sum);
  }
  return bits;
}

function shifted({ low, high, step }: Interval, by: number): Interval {
  return { low: low + by, high: high + by, step: Math.min(step, 2 ** -fractionOf(by)) };
}

function placeOf(at: number, axes: readonly string[], shape: readonly number[]): Map<string, number> {
  const place = new Map<string, number>();
  let rest = at;
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    place.set(axes[axis], rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}

function broadcast(values: Float64Array, own: readonly number[], shape: readonly number[]): Float64Array {
  const missing = shape.length - own.length;
  return Float64Array.from({ length: elements(shape) }, (_, at) => {
    let [rest, index, step] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = own[axis - missing] ?? 1;
      if (size > 1) index += (rest % shape[axis]) * step;
      step *= size;
      rest = Math.floor(rest / shape[axis]);
    }
    return values[index];
  });
}

/** A factor and a summand for each channel, the last axis. */
export function scaledBits(node: Node, x: BitsArray): BitsArray {
  const { scale, bias } = node.weights;
  const bits = emptyBits(x.integer.length);
  for (let at = 0; at < bits.integer.length; at++) {
    const channel = at % scale.values.length;
    setInterval(
      bits,
      at,
      shifted(timesConstant(intervalAt(x, at), scale.values[channel]), bias.values[channel]),
    );
  }
  return bits;
}

/** Of products of an exponential and an inverse. */
export function softmaxBits({ types }: Node, size: number): BitsArray {
  const [exp, inverse] = [types.exp_table as FixedFormat, types.inv_table as FixedFormat];
  return {
    signed: new Uint8Array(size),
    integer: new Int32Array(size).fill(exp.integerBits + inverse.integerBits),
    fraction: new Int32Array(size).fill(exp.width - exp.integerBits + inverse.width - inverse.integerBits),
  };
}

/** Element `at` of the result is element `permutation` of the input. */
export function transposedBits(
  x: BitsArray,
  from: readonly number[],
  permutation: readonly number[],
): BitsArray {
  const map = transposition(from, permutation);
  const bits = emptyBits(map.length);
  map.forEach((source, at) => copyBits(x, source, bits, at));
  return bits;
}

/** For each element of a transposed tensor its index before. */
export function transposition(from: readonly number[], permutation: readonly number[]): Int32Array {
  const steps = from.map((_, axis) => elements(from.slice(axis + 1)));
  const to = permutation.map((axis) => from[axis]);
  return Int32Array.from({ length: elements(from) }, (_, at) => {
    let [rest, index] = [at, 0];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      index += (rest % to[axis]) * steps[permutation[axis]];
      rest = Math.floor(rest / to[axis]);
    }
    return index;
  });
}

/** For each element of two tensors joined along an axis: which of them it is of, and where it is there. */
export function joined(
  shapes: readonly (readonly number[])[],
  axis: number,
): { readonly input: number; readonly at: number }[] {
  const inner = elements(shapes[0].slice(axis + 1));
  const runs = shapes.map((shape) => shape[axis] * inner);
  const outer = elements(shapes[0].slice(0, axis));
  return Array.from({ length: outer }, (_, block) =>
    runs.flatMap((run, input) =>
      Array.from({ length: run }, (_, offset) => ({ input, at: block * run + offset })),
    ),
  ).flat();
}

export function concatenatedBits(inputs: readonly Input[], axis: number): BitsArray {
  const from = joined(
    inputs.map(({ node }) => node.shape),
    axis,
  );
  const bits = emptyBits(from.length);
  from.forEach(({ input, at: source }, at) => copyBits(inputs[input].bits, source, bits, at));
  return bits;
}

export function copyBits(from: BitsArray, source: number, to: BitsArray, at: number): void {
  to.signed[at] = from.signed[source];
  to.integer[at] = from.integer[source];
  to.fraction[at] = from.fraction[source];
}
