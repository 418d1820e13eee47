/** Named counts of structure: what the logic of a stage is made of. */
import type { Tables } from './open-logic.ts';

export const COUNTS = [
  'tables2',
  'tables4',
  'tables6',
  'adderBits',
  'productTables',
  'signedProductTables',
  'productSumBits',
  'knownProductColumns',
  'knownProductSumBits',
  'oneHotTables',
  'wideTableCells',
  'accumulateBits',
  'accumulateCarryBits',
  'signedAccumulateBits',
] as const;
export type CountName = (typeof COUNTS)[number];
export type OperationCounts = Readonly<Partial<Record<CountName, number>>>;

/** Tables as counts: by classes that share a cell in the same way (packed-cells.ts). */
export function tableCounts(tables: Tables, times: number): OperationCounts {
  const counts = { tables2: 0, tables4: 0, tables6: 0 };
  for (const [inputs, count] of tables) {
    if (inputs < 2) continue;
    counts[inputs <= 2 ? 'tables2' : inputs <= 4 ? 'tables4' : 'tables6'] += times * count;
  }
  return counts;
}
