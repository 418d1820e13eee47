/** Tables of numbers from text: CSV, tab-separated or white-space separated, with or without a line of names. */
import { parseCsv } from '../expression/csv.ts';
import { SearchError } from './search-error.ts';

export interface Table {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}

/**
 * @returns the columns by the names of the first line, or x0, x1, …, y where that line holds numbers
 * @throws SearchError `SEA003` naming line and column of what is no number
 */
export function readTable(text: string): Table {
  const rows = splitRows(text);
  if (rows.length === 0)
    throw new SearchError('SEA003', 'the table is empty', 'line 1', 'give at least one row');
  const [first] = rows;
  const hasNames = first.some(
    (cell) => Number.isNaN(toNumber(cell)) && !/^[+-]?(nan|inf(inity)?)$/i.test(cell.trim()),
  );
  const names = hasNames
    ? first.map((name) => name.trim().replace(/^#\s*/, ''))
    : first.map((_, i) => (i === first.length - 1 ? 'y' : `x${i}`));
  const body = hasNames ? rows.slice(1) : rows;
  if (body.length === 0)
    throw new SearchError('SEA003', 'there are names but no rows', 'line 2', 'give at least one row');
  const columns = names.map(() => new Float64Array(body.length));
  body.forEach((cells, row) => {
    const line = `line ${row + (hasNames ? 2 : 1)}`;
    if (cells.length !== names.length) {
      const what = `${cells.length} values where ${names.length} are expected`;
      throw new SearchError('SEA003', what, line, 'give every row one value a column');
    }
    cells.forEach((cell, column) => {
      const value = toNumber(cell);
      if (!Number.isFinite(value)) {
        const what = cell.trim() === '' ? 'a value is missing' : `'${cell.trim()}' is no finite number`;
        throw new SearchError(
          'SEA003',
          what,
          `${line}, column '${names[column]}'`,
          'remove such rows or fill them in',
        );
      }
      columns[column][row] = value;
    });
  });
  return { names, columns };
}

function splitRows(text: string): string[][] {
  const [head = ''] = text.split(/\r?\n/, 1);
  if (head.includes(',')) return parseCsv(text);
  const separator = head.includes('\t') ? /\t/ : /\s+/;
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.replace(/^#\s*/, '').split(separator));
}

function toNumber(cell: string): number {
  return cell.trim() === '' ? NaN : Number(cell);
}
