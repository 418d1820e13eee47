/** Sigmoid and softmax by look-up tables, as hls4ml has them. */
import { castRaw, type FixedFormat, fracBits, minRaw } from 'fixed-point-ts';
import { compose, expand, type CircuitBuilder, type View } from '../../pipeline/circuit/index.ts';
import { type Lower, needKind, type Numbers, unsupported } from './lowering.ts';
import { sumInto, sumRule } from './sum-rule.ts';

/** The index is x shifted, cut toward zero and clamped; table entries are stored as already assigned to the output. */
export const lowerSigmoid: Lower<'sigmoid'> = (layer, { b, inputs, outputs, constant }) => {
  const { view, type } = needKind(layer, inputs[0], 'dense');
  const table = constant(layer.table);
  const size = table.raw.length;
  const shift = fracBits(type) - Math.log2(size / (2 * layer.range));
  if (!Number.isInteger(shift))
    unsupported(layer, `a table of ${size} entries over 2 x ${layer.range} is no power of two`);
  const index = b.clamp(compose.rescale(b, view, shift, 'TRN_ZERO'), -size / 2, size / 2 - 1);
  const { lo, hi } = index.node.range;
  const entries = assignedTo(table, outputs[0].type).slice(lo + size / 2, hi + size / 2 + 1);
  return [{ kind: 'dense', view: b.table(index, entries, 'block'), type: outputs[0].type }];
};

/**
 * Differences to the largest are never positive and stay so unless their type wraps; then only those rows of the exp
 * table can be read. The largest itself adds exp(0), so that no sum below it addresses the inverse table if no term is
 * negative and the sum cannot wrap. Rows that cannot be read hold 0.
 */
export const lowerSoftmax: Lower<'softmax'> = (layer, { b, inputs, outputs, constant }) => {
  const { view: x, type } = needKind(layer, inputs[0], 'dense');
  const exp = constant(layer.expTable);
  const inverse = constant(layer.inverseTable);
  const largest = compose.maximum(b, x, 0);
  const exact = b.subtract(x, expand(largest, 0));
  const { rounding, overflow, signed } = layer.difference;
  const rounded = compose.rescale(b, exact, fracBits(type) - fracBits(layer.difference), rounding);
  const difference = compose.overflow(b, rounded, layer.difference);

  const staysNegative =
    overflow.startsWith('SAT') || rounded.node.range.lo >= Number(minRaw(layer.difference));
  const readable = (index: number) =>
    !staysNegative || index === 0 || (signed && index >= exp.raw.length / 2);
  const expEntries = exp.raw.map((value, index) => (readable(index) ? value : 0));
  const expAddress = addressOf(b, difference, layer.difference, exp);
  const exponentials = b.table(expAddress, readFrom(expAddress, expEntries), 'block');
  const sum = sumInto(b, exponentials, exp.type);

  const rule = sumRule(exponentials.node.range, exponentials.shape[0], exp.type);
  const rises = exponentials.node.range.lo >= 0 && (rule === 'bounded' || rule === 'saturating');
  const address = addressOf(b, sum, exp.type, inverse);
  const least = rises ? Math.floor(expEntries[0] / 2 ** (exp.type.width - Math.log2(inverse.raw.length))) : 0;
  const inverseEntries = inverse.raw.map((value, index) =>
    index >= least && index <= address.node.range.hi ? value : 0,
  );
  const reciprocal = b.table(address, readFrom(address, inverseEntries), 'block');
  const product = b.multiply(exponentials, expand(reciprocal, 0));
  const out = outputs[0].type;
  return [
    {
      kind: 'dense',
      view: compose.cast(b, product, fracBits(exp.type) + fracBits(inverse.type), out),
      type: out,
    },
  ];
};

/** The most significant bits of a value's two's complement pattern, as many as address the table. */
function addressOf(b: CircuitBuilder, x: View, type: FixedFormat, table: Numbers): View {
  const bits = Math.log2(table.raw.length);
  return b.wrap(b.round(x, type.width - bits, 'TRN'), bits, false);
}

/** The entries that an address can reach. */
function readFrom({ node: { range } }: View, entries: readonly number[]): number[] {
  return entries.slice(range.lo, range.hi + 1);
}

function assignedTo({ raw, type }: Numbers, to: FixedFormat): number[] {
  return raw.map((value) => Number(castRaw(BigInt(value), fracBits(type), to)));
}
