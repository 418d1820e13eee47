/** Selection by rank inside a row of bits: the pixel that has so many active ones before it. */
import { compose, expand, slice, type CircuitBuilder, type View } from '../../pipeline/circuit/index.ts';

/** Bits that a look-up table takes. */
const GROUP = 6;

/** Of bits [ports, n] the one that has exactly `rank` [ports] set bits before it, as one-hot. */
export function selectRanked(b: CircuitBuilder, bits: View, rank: View): View {
  const n = bits.shape[1];
  const groups = Array.from({ length: Math.ceil(n / GROUP) }, (_, group) =>
    slice(bits, 1, group * GROUP, Math.min((group + 1) * GROUP, n)),
  );
  const packed = groups.map((group) => b.pack(group));
  const sizes = b.concat(
    packed.map((pattern) => expand(b.table(pattern, patterns(pattern, ones)), 1)),
    1,
  );
  const zero = b.constant([0], [1, 1]);
  const earlier = groups.length > 1 ? [compose.prefixSum(b, slice(sizes, 1, 0, groups.length - 1))] : [];
  const before = b.concat(
    [zero, ...earlier].map((part) => repeat(part, bits.shape[0])),
    1,
  );
  const left = b.subtract(expand(rank, 1), before);
  return b.concat(
    groups.map((group, index) => {
      const size = group.shape[1];
      const inside = b.tableRow(
        packed[index],
        patterns(packed[index], (pattern) => placesBefore(pattern, size)),
      );
      return b.and(group, b.equal(inside, slice(left, 1, index, index + 1)));
    }),
    1,
  );
}

function repeat(view: View, ports: number): View {
  return view.shape[0] === ports
    ? view
    : { ...view, shape: [ports, ...view.shape.slice(1)], strides: [0, ...view.strides.slice(1)] };
}

function patterns<T>(packed: View, f: (pattern: number) => T): T[] {
  return Array.from({ length: packed.node.range.hi + 1 }, (_, pattern) => f(pattern));
}

function ones(pattern: number): number {
  return [...pattern.toString(2)].filter((digit) => digit === '1').length;
}

/** For each bit of a pattern the number of set bits below it. */
function placesBefore(pattern: number, size: number): number[] {
  return Array.from({ length: size }, (_, bit) => ones(pattern & (2 ** bit - 1)));
}
