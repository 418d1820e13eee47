/** Physical units as exponents of the seven SI base units; factors such as kilo or eV do not matter here. */
import { SearchError } from './search-error.ts';

/** Exponents of m, kg, s, A, K, mol, cd. */
export type Dimensions = readonly number[];

export const dimensionless: Dimensions = [0, 0, 0, 0, 0, 0, 0];

// The SI brochure, 9th edition, tables 2 to 4, and units in common use beside them.
const units: Readonly<Record<string, Dimensions>> = {
  m: [1, 0, 0, 0, 0, 0, 0], kg: [0, 1, 0, 0, 0, 0, 0], s: [0, 0, 1, 0, 0, 0, 0], A: [0, 0, 0, 1, 0, 0, 0],
  K: [0, 0, 0, 0, 1, 0, 0], mol: [0, 0, 0, 0, 0, 1, 0], cd: [0, 0, 0, 0, 0, 0, 1], g: [0, 1, 0, 0, 0, 0, 0],
  rad: [0, 0, 0, 0, 0, 0, 0], sr: [0, 0, 0, 0, 0, 0, 0], Hz: [0, 0, -1, 0, 0, 0, 0], N: [1, 1, -2, 0, 0, 0, 0],
  Pa: [-1, 1, -2, 0, 0, 0, 0], J: [2, 1, -2, 0, 0, 0, 0], W: [2, 1, -3, 0, 0, 0, 0], C: [0, 0, 1, 1, 0, 0, 0],
  V: [2, 1, -3, -1, 0, 0, 0], F: [-2, -1, 4, 2, 0, 0, 0], ohm: [2, 1, -3, -2, 0, 0, 0], S: [-2, -1, 3, 2, 0, 0, 0],
  Wb: [2, 1, -2, -1, 0, 0, 0], T: [0, 1, -2, -1, 0, 0, 0], H: [2, 1, -2, -2, 0, 0, 0], lm: [0, 0, 0, 0, 0, 0, 1],
  lx: [-2, 0, 0, 0, 0, 0, 1], Bq: [0, 0, -1, 0, 0, 0, 0], Gy: [2, 0, -2, 0, 0, 0, 0], Sv: [2, 0, -2, 0, 0, 0, 0],
  eV: [2, 1, -2, 0, 0, 0, 0], L: [3, 0, 0, 0, 0, 0, 0], min: [0, 0, 1, 0, 0, 0, 0], h: [0, 0, 1, 0, 0, 0, 0],
  day: [0, 0, 1, 0, 0, 0, 0], yr: [0, 0, 1, 0, 0, 0, 0], u: [0, 1, 0, 0, 0, 0, 0], bar: [-1, 1, -2, 0, 0, 0, 0],
}; // prettier-ignore

const prefixes = [
  'da',
  'Y',
  'Z',
  'E',
  'P',
  'T',
  'G',
  'M',
  'k',
  'h',
  'd',
  'c',
  'm',
  'µ',
  'u',
  'n',
  'p',
  'f',
  'a',
  'z',
  'y',
];

/**
 * @param text a product such as `kg*m/s^2`, `1/s`, `m^0.5` or `''`; a prefix may stand before a unit
 * @throws SearchError `SEA005` if it is not understood
 */
export function parseUnits(text: string, where: string): Dimensions {
  const total = [...dimensionless];
  let sign = 1;
  const compact = text.replaceAll(/\s+/g, '');
  if (compact === '' || compact === '1') return dimensionless;
  for (const part of compact.split(/([*/·])/)) {
    if (part === '/') sign = -1;
    else if (part === '*' || part === '·') sign = 1;
    else if (part !== '1') {
      const match = /^([A-Za-zµΩ]+)(?:\^?\(?(-?\d+(?:\.\d+)?(?:\/\d+)?)\)?)?$/.exec(part);
      const base = match === null ? undefined : unitOf(match[1]);
      if (match === null || base === undefined) {
        throw new SearchError(
          'SEA005',
          `'${part}' in '${text}' is no unit`,
          where,
          'write e.g. kg*m/s^2, or 1 for none',
        );
      }
      const [numerator, denominator = 1] = (match[2] ?? '1').split('/').map(Number);
      base.forEach((exponent, i) => (total[i] += (sign * exponent * numerator) / denominator));
    }
  }
  return total;
}

function unitOf(name: string): Dimensions | undefined {
  if (name in units) return units[name];
  if (name === 'Ω') return units['ohm'];
  const prefix = prefixes.find((p) => name.startsWith(p) && name.slice(p.length) in units);
  return prefix === undefined ? undefined : units[name.slice(prefix.length)];
}
