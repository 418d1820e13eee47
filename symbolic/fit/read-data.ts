/**
 * Reads binned data from the text of a JSON or CSV file.
 *
 * JSON is an object with `x` (a number a bin, or a row of coordinates a bin) and `y`, and optionally `y_up`, `y_down`
 * (a number for all bins or one each), `bin_widths_1d`, `bin_edges_2d`, `exposure`, `name`, `provenance`. CSV has one
 * bin a line and a header of the same names, coordinates as `x` or `x0`, `x1`, ...
 */
import { InputError } from '../../sim/model/input-error.ts';
import { parseCsv } from '../expression/csv.ts';
import type { BinnedData } from './binned-data.ts';

/** @throws InputError `FIT020` naming file and field */
export function readBinnedData(text: string, fileName: string): BinnedData {
  const name = fileName.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
  if (text.trim() === '') throw unreadable(fileName, `the file is empty`);
  return /^\s*\{/.test(text) ? readJson(text, fileName, name) : readCsv(text, fileName, name);
}

function readJson(text: string, fileName: string, name: string): BinnedData {
  let document: Record<string, unknown>;
  try {
    // JSON has no NaN, but Python writes it; it is read so that the message can name the bin.
    document = JSON.parse(text.replace(/(?<=[[,:\s])(NaN|-?Infinity)(?=\s*[,\]}])/g, '"$1"')) as Record<
      string,
      unknown
    >;
  } catch (error) {
    throw unreadable(fileName, `no valid JSON (${(error as Error).message})`);
  }
  const column = (field: string, length?: number): Float64Array | undefined => {
    const value = document[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && length !== undefined) return new Float64Array(length).fill(value);
    if (!Array.isArray(value)) throw unreadable(fileName, `field ${field} must be a list of numbers`);
    return Float64Array.from(value.flat() as unknown[], (item, i) =>
      toNumber(item, fileName, `${field}[${i}]`),
    );
  };
  const y = column('y');
  if (y === undefined || document.x === undefined) throw unreadable(fileName, `fields x and y are needed`);
  const up = column('y_up', y.length);
  const down = column('y_down', y.length);
  if ((up === undefined) !== (down === undefined)) {
    throw unreadable(fileName, `give both y_up and y_down, or neither`);
  }
  const widths = column('bin_widths_1d');
  const exposure = column('exposure', y.length);
  const edges = document.bin_edges_2d as readonly number[][] | undefined;
  return {
    name: typeof document.name === 'string' ? document.name : name,
    x: coordinates(document.x, fileName),
    y,
    ...(up && down && { errors: { up, down } }),
    ...(widths && { widths }),
    ...(edges && { edges: edges.map((axis) => Float64Array.from(axis)) }),
    ...(exposure && { exposure }),
    ...(Array.isArray(document.provenance) && { provenance: document.provenance.map(String) }),
  };
}

function coordinates(value: unknown, fileName: string): Float64Array[] {
  if (!Array.isArray(value)) throw unreadable(fileName, `field x must be a list`);
  const rows = value.map((row: unknown) => (Array.isArray(row) ? (row as unknown[]) : [row]));
  const dimensions = rows[0]?.length ?? 1;
  const bad = rows.findIndex((row) => row.length !== dimensions);
  if (bad >= 0) {
    throw unreadable(fileName, `x[${bad}] has ${rows[bad].length} coordinates where x[0] has ${dimensions}`);
  }
  return Array.from({ length: dimensions }, (_, axis) =>
    Float64Array.from(rows, (row, i) => toNumber(row[axis], fileName, `x[${i}]`)),
  );
}

function readCsv(text: string, fileName: string, name: string): BinnedData {
  const [header, ...rows] = parseCsv(text);
  const titles = header.map((title) => title.trim());
  rows.forEach((row, i) => {
    if (row.length !== titles.length) {
      throw unreadable(
        fileName,
        `line ${i + 2} has ${row.length} fields where the header has ${titles.length}`,
      );
    }
  });
  const column = (...names: string[]): Float64Array | undefined => {
    const at = titles.findIndex((title) => names.includes(title));
    return at < 0
      ? undefined
      : Float64Array.from(rows, (row, i) => toNumber(row[at], fileName, `line ${i + 2}, ${titles[at]}`));
  };
  const y = column('y');
  const x = [column('x', 'x0')];
  while (x.at(-1) !== undefined) x.push(column(`x${x.length}`));
  x.pop();
  if (y === undefined || x.length === 0) {
    throw unreadable(fileName, `columns x (or x0, x1, ...) and y are needed; found ${titles.join(', ')}`);
  }
  const [up, down] = [column('y_up'), column('y_down')];
  if ((up === undefined) !== (down === undefined)) {
    throw unreadable(fileName, `give both y_up and y_down, or neither`);
  }
  const widths = column('bin_width', 'bin_widths_1d');
  const exposure = column('exposure');
  return {
    name,
    x: x as Float64Array[],
    y,
    ...(up && down && { errors: { up, down } }),
    ...(widths && { widths }),
    ...(exposure && { exposure }),
  };
}

function toNumber(value: unknown, fileName: string, where: string): number {
  const text = typeof value === 'string' ? value.trim() : value;
  const number =
    typeof text === 'number' ? text : typeof text === 'string' && text !== '' ? Number(text) : undefined;
  if (number === undefined || (Number.isNaN(number) && text !== 'NaN')) {
    throw unreadable(fileName, `'${String(value)}' is no number`, where);
  }
  return number;
}

function unreadable(file: string, what: string, field?: string): InputError {
  const mend = 'see the data format in docs/symbolic.md';
  return new InputError({ code: 'FIT020', file, what, mend, ...(field !== undefined && { field }) });
}
