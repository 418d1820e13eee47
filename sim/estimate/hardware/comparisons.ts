/** Logic of comparisons, and of clamping, which compares with its bounds. */
import { elementIndices, isSigned, type View, widthOf } from '../../pipeline/circuit/index.ts';
import { tableCounts } from './counts.ts';
import {
  type OpenLogic,
  sizeOfInputs,
  someOf,
  TABLE_INPUTS,
  type Tables,
  treeOf,
  union,
} from './open-logic.ts';
import { averaged, fits, nameOf, type Operand, type Surroundings } from './operand.ts';

/**
 * Each bit is a function of itself, the sign and the bits above the bound; many of those, or a bound that is no power of
 * two, are tested apart, else the sign stays a wire. Whether a bound is tested goes by the width: synthesis knows of no narrower range.
 */
export function clamp(
  x: Operand,
  bounds: { readonly lo: number; readonly hi: number },
  { needed, lanes, charge }: Surroundings,
): OpenLogic {
  const { range } = x.view.node;
  const width = widthOf(range);
  const sign = isSigned(range) ? 1 : 0;
  const inside = { lo: Math.max(range.lo, bounds.lo), hi: Math.min(range.hi, bounds.hi) };
  const bits = Math.min(needed, widthOf(inside));
  if (x.logic().tables.length > 0 && fits(x)) {
    const { all } = x.logic();
    return { bit: all, all, tables: treeOf(sizeOfInputs(all), bits) };
  }
  const { bit: open, all: openAll, tables: openTables } = x.logic();
  const isGate = openTables.length > 0 && sizeOfInputs(open) + sign + 1 <= TABLE_INPUTS && bounds.lo >= 0;
  if (isGate && bounds.hi < 2 ** (width - sign) - 1) {
    // The gate in front is made again in the test, for the bits that only the test reads.
    const shared = sizeOfInputs(open) - 1;
    charge(tableCounts(treeOf(width - bitsOf(bounds.hi) + shared), lanes));
    const bit = union(open, new Map([[`${nameOf(x.view)} high`, 1 + sign]]));
    return { bit, all: union(openAll, bit), tables: treeOf(sizeOfInputs(bit), bits) };
  }
  x.close();
  const tests: Tables[] = [];
  let high = 0;
  if (bounds.hi < 2 ** (width - sign) - 1) {
    const isWhole = Number.isInteger(Math.log2(bounds.hi + 1));
    high = isWhole ? width - sign - Math.log2(bounds.hi + 1) : width - sign;
    tests.push(width > MERGED_COMPARISON ? comparisonOf(width, bounds.hi) : treeOf(high + sign));
    if (!isWhole) high = TABLE_INPUTS;
  }
  if (bounds.lo !== 0 && bounds.lo > -(2 ** (width - 1)) && sign === 1) {
    tests.push(width > MERGED_COMPARISON ? comparisonOf(width, -bounds.lo - 1) : treeOf(high + sign));
  }
  const isApart = 1 + sign + high > TABLE_INPUTS || width > MERGED_COMPARISON;
  if (isApart) {
    for (const tables of tests) charge(tableCounts(tables, lanes));
    high = tests.length;
  }
  const name = nameOf(x.view);
  const bit = new Map([
    [name, 1],
    [`${name} high`, high + sign],
  ]);
  const gates = isSigned(inside) && !isApart ? bits - 1 : bits;
  return { bit, all: union(bit, someOf(name, width, bits)), tables: treeOf(sizeOfInputs(bit), gates) };
}

function bitsOf(value: number): number {
  return widthOf({ lo: 0, hi: value });
}

/** Inputs up to which a comparison is logic like any other; above, Yosys makes a carry chain over groups of bits. */
export const MERGED_COMPARISON = 2 * TABLE_INPUTS;

/**
 * A comparison as a carry chain: for each group of bits a table that says equal and one that says larger; no group of a
 * known operand that is all ones can be exceeded. Groups fill a table: three bits of each operand, or six of one.
 * Source: Yosys 0.23, techlibs/common/cmp2lcu.v.
 */
export function comparisonOf(width: number, known?: number): Tables {
  const size = known === undefined ? TABLE_INPUTS / 2 : TABLE_INPUTS;
  const tables: (readonly [number, number])[] = [];
  for (let low = 0; low < width; low += size) {
    const bits = Math.min(size, width - low);
    const ones = known !== undefined && Math.floor(known / 2 ** low) % 2 ** bits === 2 ** bits - 1;
    tables.push([known === undefined ? 2 * bits : bits, ones ? 1 : 2]);
  }
  return tables;
}

/** Smallest x that is above the known operand, for each lane: c < x is x >= c + 1, x < c is not x >= c. */
export function leastAbove(operands: readonly Operand[]): number[] {
  const known = operands.findIndex((operand) => operand.known);
  const { view } = operands[known];
  const { op } = view.node;
  return Array.from(
    elementIndices(view),
    (index) => (op.kind === 'constant' ? op.values[index] : 0) + (known === 0 ? 1 : 0),
  );
}

/** x >= least looks at the bits down to the lowest 1 of the bound. */
export function comparedWithKnown(
  x: Operand,
  least: readonly number[],
  { lanes, charge }: Surroundings,
): OpenLogic | undefined {
  const { range } = x.view.node;
  const width = widthOf(range);
  const sign = isSigned(range) ? 1 : 0;
  const [lowest, highest] = [-sign * 2 ** (width - 1), 2 ** (width - sign) - 1];
  const read = least.map((bound) => {
    if (bound <= lowest || bound > highest) return 0;
    let unused = 0;
    while (unused < width - 1 && Math.floor(bound / 2 ** unused) % 2 === 0) unused += 1;
    return width - unused;
  });
  if (x.logic().tables.length > 0 && fits(x)) {
    const { all } = x.logic();
    return { bit: all, all, tables: treeOf(sizeOfInputs(all)) };
  }
  x.close();
  if (Math.max(...read) > TABLE_INPUTS) {
    const each = read.map((bits, lane) =>
      bits > MERGED_COMPARISON ? comparisonOf(width, Math.max(0, least[lane] - 1)) : treeOf(bits),
    );
    for (const tables of each) charge(tableCounts(tables, lanes / each.length));
    return undefined;
  }
  const bit = someOf(nameOf(x.view), width, Math.max(...read));
  return { bit, all: bit, tables: averaged(read) };
}

/** Elements that are read and not the same pair as another, whichever way round; an element equals itself. */
export function distinctPairs([a, b]: readonly View[], live: ReadonlySet<number>): number {
  const [left, right] = [Array.from(elementIndices(a)), Array.from(elementIndices(b))];
  if (a.node !== b.node) return live.size;
  const pairs = new Set<string>();
  left.forEach((x, lane) => {
    const y = right[lane];
    if (x !== y && live.has(lane)) pairs.add(`${Math.min(x, y)} ${Math.max(x, y)}`);
  });
  return pairs.size;
}
