/**
 * Sparse convolution: in each beat some output slots, each with all input slots.
 *
 * The distance of two pixels picks a row and a column of the kernel (or none); a table gives the weights of that
 * tap, products are rounded to the accumulator, and the slot sum is a tree where sum-rule.ts allows it. A tap whose
 * rounded product can only be 0 is dropped: with one channel, an unsigned saturating accumulator and features that
 * are never negative, a weight below 0 gives a product that rounds to at most 0 and is then clipped to 0.
 * Source of the function: SparsePixels 0.2.1 `sparse_conv`.
 */
import { fracBits } from 'fixed-point-ts';
import {
  compose,
  expand,
  pick,
  reshape,
  transpose,
  type CircuitBuilder,
  type View,
} from '../../pipeline/circuit/index.ts';
import type { LayerOf } from '../../model/index.ts';
import { asBeats, asEvent, type Lower, needKind, type Numbers, type PlacesValue } from './lowering.ts';
import { sumInto, sumRule } from './sum-rule.ts';

export const lowerConvolution: Lower<'sparse-conv2d'> = (layer, context) => {
  const { b, choices, inputs, outputs, constant } = context;
  const features = needKind(layer, inputs[0], 'slots');
  const places = needKind(layer, inputs[1], 'places');
  const weights = constant(layer.weights);
  const [kernel, , channels, filters] = weights.shape as [number, number, number, number];
  const x = asEvent(b, features);
  const perBeat = choices.slotsPerCycle[layer.name] ?? 1;

  const rows = reduceWeights(layer, weights, x);
  const tap = tapOf(b, places, kernel, perBeat);
  const taken = b.tableRow(tap, tapRows(rows, kernel, channels * filters).slice(tap.node.range.lo));
  const weight = reshape(taken, [...tap.shape, channels, filters]);

  // [outputs, inputs, filters] per channel.
  const products = Array.from({ length: channels }, (_, channel) =>
    b.multiply(pick(weight, 2, channel), expand(pick(x, 1, channel), 1)),
  );
  const frac = fracBits(weights.type) + fracBits(features.type);
  const terms = transpose(partials(layer, b, products, frac, features.slots), [0, 2, 1]);
  const sum = sumInto(b, terms, layer.accumulator);
  const biased = addBias(b, sum, layer, constant(layer.bias));

  const own = asBeats(b, x, perBeat);
  const zero = b.constant([0]);
  const lit = b.any(own.node.range.lo >= 0 ? b.less(zero, own) : b.not(b.equal(own, zero)));
  const masked = b.select(expand(lit, 1), biased, zero);
  const out = outputs[0];
  const view = compose.cast(b, masked, fracBits(layer.accumulator), out.type);
  return [{ kind: 'slots', form: 'beat', view, slots: features.slots, type: out.type }];
};

/** Address of the weights for each pair [outputs of the beat, all inputs]; rows and columns outside read zeros. */
function tapOf(b: CircuitBuilder, { row, column }: PlacesValue, kernel: number, perBeat: number): View {
  const radius = Math.floor((kernel - 1) / 2);
  const along = (place: View) => {
    const distance = b.subtract(place, expand(asBeats(b, place, perBeat), 1));
    const { lo, hi } = distance.node.range;
    const codes = Array.from({ length: hi - lo + 1 }, (_, index) => {
      const at = lo + index + radius;
      return at >= 0 && at < kernel ? at : kernel;
    });
    return b.table(distance, codes);
  };
  return b.join(along(row), along(column), kernel.toString(2).length);
}

/** Table rows by joined (row, column) code. */
function tapRows(weights: readonly number[], kernel: number, width: number): number[][] {
  const columnBits = kernel.toString(2).length;
  const zeros = new Array<number>(width).fill(0);
  return Array.from({ length: kernel * 2 ** columnBits + kernel + 1 }, (_, address) => {
    const [row, column] = [address >> columnBits, address % 2 ** columnBits];
    if (row >= kernel || column >= kernel) return zeros;
    return weights.slice((row * kernel + column) * width, (row * kernel + column + 1) * width);
  });
}

function reduceWeights(
  { accumulator }: LayerOf<'sparse-conv2d'>,
  { raw, shape }: Numbers,
  x: View,
): readonly number[] {
  const clips = !accumulator.signed && accumulator.overflow === 'SAT';
  return clips && shape[2] === 1 && x.node.range.lo >= 0 ? raw.map((weight) => Math.max(weight, 0)) : raw;
}

/** The channel sum of each pair, assigned to the accumulator at every channel. */
function partials(
  { accumulator }: LayerOf<'sparse-conv2d'>,
  b: CircuitBuilder,
  products: readonly View[],
  frac: number,
  slots: number,
): View {
  const shift = frac - fracBits(accumulator);
  let partial: View | undefined;
  products.forEach((product, channel) => {
    const [left, right] = shift >= 0 ? [shift, 0] : [0, -shift];
    const exact = partial
      ? b.add(b.shiftLeft(partial, left), b.shiftLeft(product, right))
      : b.shiftLeft(product, right);
    const rounded = compose.rescale(b, exact, left, accumulator.rounding);
    // The last assignment may leave terms above the maximum to the sum, where that is a saturating one.
    const last = channel === products.length - 1;
    const cut = { lo: Math.max(rounded.node.range.lo, 0), hi: rounded.node.range.hi };
    const lenient = last && !accumulator.signed && sumRule(cut, slots, accumulator) === 'saturating';
    partial = lenient ? b.clamp(rounded, 0, Infinity) : compose.overflow(b, rounded, accumulator);
  });
  return partial!;
}

/** The bias goes only onto a sum that is not 0. */
function addBias(b: CircuitBuilder, sum: View, layer: LayerOf<'sparse-conv2d'>, bias: Numbers): View {
  if (bias.raw.every((value) => value === 0)) return sum;
  const { accumulator } = layer;
  const shift = fracBits(bias.type) - fracBits(accumulator);
  const [left, right] = shift >= 0 ? [shift, 0] : [0, -shift];
  const values = b.constant(bias.raw.map((value) => value * 2 ** right));
  const rounded = compose.rescale(b, b.add(b.shiftLeft(sum, left), values), left, accumulator.rounding);
  const biased = compose.overflow(b, rounded, accumulator);
  const zero = b.constant([0]);
  const some = sum.node.range.lo >= 0 ? b.less(zero, sum) : b.not(b.equal(sum, zero));
  return b.select(some, biased, zero);
}
