/** Charges for products in logic. */
import { isSigned, type Node, widthOf } from '../../pipeline/circuit/index.ts';
import { tableCounts } from './counts.ts';
import type { Operand, Surroundings } from './operand.ts';
import {
  knownProductCounts,
  knownProducts,
  onesOf,
  type ProductCounts,
  productCounts,
  rowCounts,
} from './products.ts';

/** Known factors by their digits, unsigned tables in the lane by the bits that they ever set, others by their widths. */
export function multiply(operands: readonly Operand[], { needed, lanes, live, charge }: Surroundings): void {
  const views = operands.map(({ view }) => view);
  const widths = views.map(({ node }) => widthOf(node.range));
  const factor = operands.findIndex(({ known }) => known);
  const table = operands.findIndex(
    ({ own, view: { node } }) => own && node.op.kind === 'table' && !isSigned(node.range),
  );
  if (factor >= 0) {
    chargeKnown(knownProducts(views[1 - factor], views[factor], needed, live), 1);
    return;
  }
  const { bits: set, patterns } =
    table >= 0 ? bitsEverSet(views[table].node) : { bits: 0, patterns: Infinity };
  if (patterns <= 1) {
    chargeKnown(knownProductCounts(widths[1 - table], set, needed), lanes);
    return;
  }
  const { reductions, sumBits } =
    table >= 0
      ? rowCounts(widths[1 - table], onesOf(set, widths[table]), needed)
      : productCounts(widths[0], widths[1], needed);
  if (Math.min(...widths) === 2) {
    // Both rows are gates, which the tables of the sum take in; one of them goes into the carry chain, too.
    charge(
      tableCounts(
        [
          [4, sumBits],
          [2, sumBits],
        ],
        lanes,
      ),
    );
    return;
  }
  const signed = views.every(({ node }) => isSigned(node.range));
  charge({
    [signed ? 'signedProductTables' : 'productTables']: lanes * reductions,
    productSumBits: lanes * sumBits,
  });

  function chargeKnown({ columns, sumBits: bits }: ProductCounts, times: number): void {
    charge({ knownProductColumns: times * columns, knownProductSumBits: times * bits });
  }
}

/** Bits that any row of a table sets, and in how many different ways. */
function bitsEverSet({ op, range }: Node): { readonly bits: number; readonly patterns: number } {
  const rows = op.kind === 'table' ? op.rows.map(([value]) => value) : [];
  const columns = onesOf(-1, widthOf(range)).map((bit) =>
    rows.map((value) => Math.abs(Math.floor(value / 2 ** bit) % 2)).join(''),
  );
  const ever = columns.map((column) => column.includes('1'));
  return {
    bits: ever.reduce((sum, one, bit) => sum + (one ? 2 ** bit : 0), 0),
    patterns: new Set(columns.filter((_, bit) => ever[bit])).size,
  };
}
