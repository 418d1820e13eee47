/**
 * Products in logic: rows of partial products, reduced by full adders (two tables a bit) until two rows are left, which a
 * carry chain adds.
 */
import { elementIndices, type View, widthOf } from '../../pipeline/circuit/index.ts';

export interface ProductCounts {
  /** Full-adder outputs: two for each bit of each row above two. */
  readonly reductions: number;
  /** Columns of more than two rows. */
  readonly columns: number;
  /** Bits of the last sum. */
  readonly sumBits: number;
}

const NOTHING: ProductCounts = { reductions: 0, columns: 0, sumBits: 0 };

/**
 * One product of a bits by b bits of which the low `needed` bits matter: b rows of a bits, row i shifted by i, cut at the
 * last bit that matters.
 */
export function productCounts(a: number, b: number, needed: number): ProductCounts {
  const [long, short] = [Math.max(a, b), Math.min(a, b)];
  return rowCounts(
    long,
    Array.from({ length: short }, (_, row) => row),
    needed,
  );
}

/** A product with a known factor has a row for each 1 of the factor's two's complement. */
export function knownProductCounts(bits: number, factor: number, needed: number): ProductCounts {
  const width = widthOf({ lo: Math.min(factor, 0), hi: Math.max(factor, 0) });
  return rowCounts(bits, onesOf(factor, width), needed);
}

/** Positions of the ones among the low bits of a number in two's complement. */
export function onesOf(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, bit) => bit).filter(
    (bit) => Math.floor(value / 2 ** bit) % 2 !== 0,
  );
}

/** The sum over all lanes of a product with a known factor; the same element by the same factor is one product. */
export function knownProducts(
  other: View,
  factor: View,
  needed: number,
  live: ReadonlySet<number>,
): ProductCounts {
  const { op } = factor.node;
  const bits = widthOf(other.node.range);
  const elements = elementIndices(other);
  const seen = new Set<string>();
  let [reductions, columns, sumBits] = [0, 0, 0];
  elementIndices(factor).forEach((index, lane) => {
    const value = op.kind === 'constant' ? op.values[index] : 0;
    const key = `${elements[lane]} ${value}`;
    if (!live.has(lane) || seen.has(key)) return;
    seen.add(key);
    const one = knownProductCounts(bits, value, needed);
    reductions += one.reductions;
    columns += one.columns;
    sumBits += one.sumBits;
  });
  return { reductions, columns, sumBits };
}

/** Rows of so many bits at the given positions, of which the low `needed` bits matter. */
export function rowCounts(bits: number, rows: readonly number[], needed: number): ProductCounts {
  if (rows.length < 2) return NOTHING;
  const inside = (row: number) => Math.max(0, Math.min(bits, needed - row));
  const last = Math.min(bits + rows.at(-1)!, needed);
  return {
    columns: rows.length > 2 ? Math.max(0, last - rows[2]) : 0,
    reductions: 2 * rows.slice(2).reduce((sum, row) => sum + inside(row), 0),
    sumBits: Math.max(0, last - rows[1]),
  };
}
