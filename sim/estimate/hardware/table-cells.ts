/** Look-up tables that a table of values in logic takes, from its contents. */
import type { Operation } from '../../pipeline/circuit/index.ts';
import { TABLE_INPUTS, type Tables } from './open-logic.ts';

/**
 * Each output bit by itself, as a function of the address bits that it depends on: up to six of them are one table; output
 * bits with equal columns share.
 *
 * Above six, one table for each different part of 64 entries and four-to-one selections above. Where the high address
 * bits only tell a few cases apart for all columns, they are encoded first, if that takes fewer (Ashenhurst's
 * decomposition: as many tables as bits that number the cases).
 */
export function tableColumns(
  { rows, lo }: Extract<Operation, { kind: 'table' }>,
  addressBits: number,
  signed: boolean,
  width: number,
): { readonly tables: Tables; readonly wide: number } {
  const entries = 2 ** addressBits;
  const columns = new Map<string, number>();
  for (let column = 0; column < rows[0].length; column++) {
    for (let bit = 0; bit < width; bit++) {
      let text = '';
      for (let pattern = 0; pattern < entries; pattern++) {
        const index = (signed && pattern >= entries / 2 ? pattern - entries : pattern) - lo;
        const value = rows[index]?.[column] ?? 0;
        text += Math.floor(value / 2 ** bit) & 1 ? '1' : '0';
      }
      if (!isConstant(text) && !columns.has(text)) columns.set(text, Math.log2(reduced(text).length));
    }
  }
  const wide = [...columns].filter(([, inputs]) => inputs > TABLE_INPUTS).map(([column]) => column);
  const tables = [...columns.values()].filter((inputs) => inputs > 1 && inputs <= TABLE_INPUTS);
  return {
    tables: tables.map((inputs) => [inputs, 1] as const),
    wide: wide.length > 0 ? fewestCells(wide, addressBits) : 0,
  };
}

function fewestCells(columns: readonly string[], addressBits: number): number {
  let fewest = directCells(columns);
  for (let high = 2; addressBits > TABLE_INPUTS && high <= Math.min(TABLE_INPUTS, addressBits - 1); high++) {
    const size = 2 ** (addressBits - high);
    const cases = new Map<string, number>();
    for (let at = 0; at < 2 ** high; at++) {
      const part = columns.map((column) => column.slice(at * size, (at + 1) * size)).join();
      if (!cases.has(part)) cases.set(part, at);
    }
    const code = Math.ceil(Math.log2(cases.size));
    if (code >= high) continue;
    const kept = [...cases.values()];
    const encoded = columns.map((column) =>
      Array.from({ length: 2 ** code }, (_, i) => kept[i] ?? kept[0])
        .map((at) => column.slice(at * size, (at + 1) * size))
        .join(''),
    );
    fewest = Math.min(fewest, code + fewestCells(encoded, addressBits - high + code));
  }
  return fewest;
}

function directCells(columns: readonly string[]): number {
  const parts = new Set<string>();
  let cells = 0;
  for (const column of columns) cells += cellsOf(reduced(column), parts);
  return [...parts].reduce((sum, part) => sum + (part.length <= 4 ? 0.5 : 1), cells);
}

/** Adds the different parts of 64 entries to a set and returns the tables that select among them. */
function cellsOf(column: string, parts: Set<string>): number {
  if (isConstant(column)) return 0;
  if (column.length <= 2 ** TABLE_INPUTS) {
    if (column.length > 2) parts.add(column);
    return 0;
  }
  const quarter = column.length / (column.length >= 4 * 2 ** TABLE_INPUTS ? 4 : 2);
  const pieces = Array.from({ length: column.length / quarter }, (_, i) =>
    column.slice(i * quarter, (i + 1) * quarter),
  );
  return 1 + pieces.reduce((sum, piece) => sum + cellsOf(reduced(piece), parts), 0);
}

/** Without the address bits on which a column does not depend. */
function reduced(column: string): string {
  let text = column;
  for (let stride = 1; stride < text.length;) {
    let [same, kept] = [true, ''];
    for (let at = 0; at < text.length && same; at += 2 * stride) {
      const [low, high] = [text.slice(at, at + stride), text.slice(at + stride, at + 2 * stride)];
      same = low === high;
      kept += low;
    }
    if (same) text = kept;
    else stride *= 2;
  }
  return text;
}

function isConstant(column: string): boolean {
  return !column.includes('1') || !column.includes('0');
}
