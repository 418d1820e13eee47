/** Numbers as text: one event a line, separated by commas or white space (.csv; hls4ml's tb_data). */
import { InputError } from '../../model/index.ts';
import type { Reals } from './from-reals.ts';

/** Empty lines and lines that begin with # are passed over, and so is one heading in front. @throws InputError `VEC005` */
export function readText(text: string): Reals {
  const rows: number[][] = [];
  let headings = 0;
  text.split(/\r?\n/).forEach((line, index) => {
    const words = line
      .trim()
      .split(/[\s,;]+/)
      .filter(Boolean);
    if (words.length === 0 || words[0].startsWith('#')) return;
    const numbers = words.map(toNumber);
    const bad = numbers.indexOf(undefined);
    if (bad >= 0) {
      if (rows.length === 0 && headings++ === 0 && numbers.every((value) => value === undefined)) return;
      throw new InputError({
        code: 'VEC005',
        field: `line ${index + 1}, value ${bad + 1}`,
        what: `${shown(words[bad])} is no number`,
      });
    }
    if (rows.length > 0 && numbers.length !== rows[0].length) {
      const what = `has ${numbers.length} values, the lines before it have ${rows[0].length}`;
      throw new InputError({ code: 'VEC005', field: `line ${index + 1}`, what });
    }
    rows.push(numbers as number[]);
  });
  if (rows.length === 0) throw new InputError({ code: 'VEC005', what: 'holds no numbers' });
  return { shape: [rows.length, rows[0].length], values: rows.flat() };
}

/** A word for a message, also of a file that is no text at all. */
function shown(word: string): string {
  const start = word.slice(0, 20).replace(/[^\x20-\x7e]/g, '?');
  return `'${start}${word.length > 20 ? '...' : ''}'`;
}

function toNumber(word: string): number | undefined {
  if (/^[+-]?nan$/i.test(word)) return NaN;
  if (/^[+-]?inf(inity)?$/i.test(word)) return word.startsWith('-') ? -Infinity : Infinity;
  const value = Number(word);
  return Number.isNaN(value) ? undefined : value;
}
