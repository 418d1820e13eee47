/** What layers are built from, composed of single operations so that a register may stand between any two. */
import { type FixedFormat, fracBits, maxRaw, minRaw, type Rounding } from 'fixed-point-ts';
import { BIT, type CircuitBuilder } from './builder.ts';
import { expand, pick, slice, type View } from './view.ts';

/** A binary operation over an axis as a balanced tree: log2(n) operations deep. */
export function tree(
  x: View,
  axis: number,
  combine: (a: View, b: View) => View,
  join: (parts: View[], axis: number) => View,
): View {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const size = x.shape[at];
  if (size === 1) return pick(x, at, 0);
  const half = Math.floor(size / 2);
  const sums = combine(slice(x, at, 0, half), slice(x, at, half, 2 * half));
  return tree(size % 2 === 0 ? sums : join([sums, slice(x, at, 2 * half, size)], at), at, combine, join);
}

/** Sum over an axis. */
export function sum(b: CircuitBuilder, x: View, axis: number): View {
  return tree(
    x,
    axis,
    (p, q) => b.add(p, q),
    (parts, at) => b.concat(parts, at),
  );
}

/** Largest over an axis. */
export function maximum(b: CircuitBuilder, x: View, axis: number): View {
  return tree(
    x,
    axis,
    (p, q) => b.select(b.less(p, q), q, p),
    (parts, at) => b.concat(parts, at),
  );
}

/**
 * Sums of the first 1, 2, ... n along the last axis, as Sklansky's prefix network: ceil(log2 n) additions deep.
 * Source: J. Sklansky, "Conditional-sum addition logic", IRE Trans. EC-9 (1960).
 */
export function prefixSum(b: CircuitBuilder, x: View): View {
  const size = x.shape.at(-1)!;
  if (size === 1) return x;
  const half = 2 ** Math.ceil(Math.log2(size) - 1);
  const left = prefixSum(b, slice(x, -1, 0, half));
  const right = prefixSum(b, slice(x, -1, half, size));
  return b.concat([left, b.add(right, slice(left, -1, half - 1, half))], -1);
}

/** Number of set bits along the last axis: six bits a table (one look-up table level), then a tree of additions. */
export function popcount(b: CircuitBuilder, bits: View): View {
  const size = bits.shape.at(-1)!;
  const group = 6;
  const whole = Math.floor(size / group);
  const counts: View[] = [];
  const countOf = (part: View) => {
    const packed = b.pack(part);
    return b.table(
      packed,
      Array.from(
        { length: packed.node.range.hi + 1 },
        (_, value) => [...value.toString(2)].filter((c) => c === '1').length,
      ),
    );
  };
  if (whole > 0) {
    const grouped = slice(bits, -1, 0, whole * group);
    const stride = grouped.strides.at(-1)!;
    counts.push(
      countOf({
        ...grouped,
        shape: [...grouped.shape.slice(0, -1), whole, group],
        strides: [...grouped.strides.slice(0, -1), stride * group, stride],
      }),
    );
  }
  if (whole * group < size) counts.push(expand(countOf(slice(bits, -1, whole * group, size)), -1));
  return sum(b, b.concat(counts, -1), -1);
}

/**
 * Assignment of raw x 2^-frac to a type: rounding, then overflow. Steps that the range shows to be idle are left out.
 *
 * @throws RangeError for overflow modes without hardware here (WRAP_SM, WRAP with saturated bits)
 */
export function cast(b: CircuitBuilder, x: View, frac: number, to: FixedFormat): View {
  return overflow(b, rescale(b, x, frac - fracBits(to), to.rounding), to);
}

/** x 2^-shift, rounded when that drops bits. */
export function rescale(b: CircuitBuilder, x: View, shift: number, rounding: Rounding): View {
  return shift <= 0 ? b.shiftLeft(x, -shift) : b.round(x, shift, rounding);
}

/** Brings integers into the range of a type by its overflow mode. */
export function overflow(b: CircuitBuilder, x: View, to: FixedFormat): View {
  const [lo, hi] = [Number(minRaw(to)), Number(maxRaw(to))];
  const symmetric = to.signed && to.width > 1 ? lo + 1 : lo;
  const least = to.overflow === 'SAT_SYM' ? symmetric : lo;
  const { range } = x.node;
  if (range.lo >= least && range.hi <= hi) return x;
  switch (to.overflow) {
    case 'SAT':
    case 'SAT_SYM':
      return b.clamp(x, least, hi);
    case 'SAT_ZERO': {
      const outside = b.or(b.less(x, b.constant([lo])), b.less(b.constant([hi]), x));
      return b.clamp(b.select(outside, b.constant([0]), x), lo, hi);
    }
    case 'WRAP':
      if (to.saturationBits === 0) return b.wrap(x, to.width, to.signed);
      throw new RangeError('WRAP with saturated bits has no hardware here');
    case 'WRAP_SM':
      throw new RangeError('WRAP_SM has no hardware here');
  }
}

/** The set bit with which a thermometer code (1s from some place on) begins, as one-hot. */
export function firstOfThermometer(b: CircuitBuilder, bits: View): View {
  const size = bits.shape.at(-1)!;
  if (size === 1) return bits;
  const later = b.and(slice(bits, -1, 1, size), b.not(slice(bits, -1, 0, size - 1)));
  return b.concat([slice(bits, -1, 0, 1), later], -1);
}

export { BIT };
