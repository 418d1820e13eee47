/**
 * PySR's hall_of_fame.csv: the Pareto front as `Complexity,Loss,Equation`.
 *
 * Equations are infix text over the column names. Those of templates are parts, `f = ...; g = ...; p = [...]`, with
 * `#1`, `#2` as the arguments of a part.
 */
import { formatCsv, parseCsv } from './csv.ts';
import type { Expression } from './expression.ts';
import { parseInfix, type ParseOptions } from './parse-infix.ts';
import { printInfix, type PrintOptions } from './print-infix.ts';

export interface HallOfFameEntry {
  readonly complexity: number;
  readonly loss: number;
  readonly equation: string;
  /** The equation as a tree; absent for the parts of a template. */
  readonly expression?: Expression;
  /** The parts of a template: trees over their arguments, and parameter vectors. */
  readonly parts?: Readonly<Record<string, Expression | readonly number[]>>;
}

/**
 * Reads a hall of fame.
 *
 * @throws SyntaxError if a column is missing or a number is none, naming the line
 * @throws ExpressionError if an equation cannot be read
 */
export function parseHallOfFame(text: string, options: ParseOptions = {}): HallOfFameEntry[] {
  const [header = [], ...rows] = parseCsv(text);
  const [complexity, loss, equation] = ['Complexity', 'Loss', 'Equation'].map((name) => {
    const column = header.findIndex((title) => title.trim().toLowerCase() === name.toLowerCase());
    if (column < 0)
      throw new SyntaxError(`hall of fame: no column '${name}'; found ${header.join(', ') || 'nothing'}`);
    return column;
  });
  return rows.map((row, i) => {
    const entry = { complexity: Number(row[complexity]), loss: Number(row[loss]), equation: row[equation] };
    if (!Number.isInteger(entry.complexity) || Number.isNaN(entry.loss)) {
      throw new SyntaxError(
        `hall of fame line ${i + 2}: '${row.join(',')}' has no integer complexity and loss`,
      );
    }
    return /^\s*\w+\s*=[^=]/.test(entry.equation)
      ? { ...entry, parts: parseParts(entry.equation, options) }
      : { ...entry, expression: parseInfix(entry.equation, options) };
  });
}

/** Writes a hall of fame; an entry's expression is printed, an entry without one keeps its text. */
export function formatHallOfFame(entries: readonly HallOfFameEntry[], options: PrintOptions = {}): string {
  const rows = entries.map(({ complexity, loss, equation, expression }) => [
    complexity,
    loss,
    expression === undefined ? equation : printInfix(expression, options),
  ]);
  return formatCsv([['Complexity', 'Loss', 'Equation'], ...rows]);
}

function parseParts(text: string, options: ParseOptions): Record<string, Expression | readonly number[]> {
  const parts: Record<string, Expression | readonly number[]> = {};
  for (const part of text.split(';')) {
    const at = part.indexOf('=');
    const body = part.slice(at + 1).trim();
    const vector = /^\[(.*)\]$/.exec(body);
    parts[part.slice(0, at).trim()] = vector ? vector[1].split(',').map(Number) : parseInfix(body, options);
  }
  return parts;
}
