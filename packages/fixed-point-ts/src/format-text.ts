/**
 * Names of fixed-point formats as text: read any spelling, print a chosen one.
 *
 * - `short`: `fixed<16,6>`, `ufixed<8,2,RND_CONV,SAT>`, `int<8>`; what our documents and hls4ml configurations hold
 * - `ap`: `ap_fixed<16,6,AP_RND_CONV,AP_SAT>`, `ap_int<8>` (AMD UG1399)
 * - `ac`: `ac_fixed<16,6,true,AC_RND_CONV,AC_SAT>`, `ac_int<8,true>` (Siemens Algorithmic C datatypes)
 * - `q`: `Q6.10`, `UQ6.10`: integer bits, sign included, then fraction bits; so Q6.10 is ap_fixed<16,6>
 */
import { FormatError } from './format-error.ts';
import { OVERFLOWS, ROUNDINGS, fixed, fracBits, int, isInt, ufixed, uint } from './format.ts';
import type { FixedFormat, Overflow, Rounding } from './format.ts';

export type FormatStyle = 'short' | 'ap' | 'ac' | 'q';

/**
 * Reads a format in any spelling this module knows; spaces do not matter.
 *
 * @throws FormatError `FMT010` unknown spelling, `FMT011` wrong number of parameters, `FMT012` a parameter that is no
 *   whole number, `FMT013` unknown rounding mode, `FMT014` unknown overflow mode, `FMT015` a sign that is neither true
 *   nor false, `FMT001`..`FMT004` numbers out of range
 * @example parseFormat('ap_ufixed<8, 2, AP_RND, AP_SAT>') // ufixed(8, 2, 'RND', 'SAT')
 */
export function parseFormat(text: string): FixedFormat {
  const trimmed = text.trim();
  const q = /^(U?)Q(-?\d+)\.(-?\d+)$/i.exec(trimmed);
  if (q) return (q[1] === '' ? fixed : ufixed)(Number(q[2]) + Number(q[3]), Number(q[2]));

  const parts = /^(ac_|ap_)?(u?)(fixed|int)\s*<([^<>]*)>$/.exec(trimmed);
  if (!parts || (parts[1] === 'ac_' && parts[2] === 'u')) {
    throw new FormatError(
      'FMT010',
      `'${text}' is no fixed-point format; write it like fixed<16,6,RND,SAT>, ufixed<8,2>, int<8>, ap_fixed<16,6>, ` +
        'ac_fixed<16,6,true> or Q6.10',
    );
  }
  const [, family, unsigned, kind, list] = parts;
  const parameters = list.split(',').map((parameter) => parameter.trim());
  if (family === 'ac_') return parseAc(kind, parameters, text);
  if (kind === 'int') {
    countOf(parameters, 1, 1, text);
    return (unsigned ? uint : int)(whole(parameters[0], text));
  }
  countOf(parameters, 2, 5, text);
  const [width, integerBits, rounding = 'TRN', overflow = 'WRAP', saturationBits = '0'] = parameters;
  return (unsigned ? ufixed : fixed)(
    whole(width, text),
    whole(integerBits, text),
    roundingOf(rounding, 'AP_', text),
    overflowOf(overflow, 'AP_', text),
    whole(saturationBits, text),
  );
}

/**
 * Prints a format; {@link parseFormat} of the result is the same format.
 *
 * @throws FormatError `FMT016` when the style cannot say it: `ac` has no saturated bits, no WRAP_SM and no ac_int of
 *   other modes; `q` has only TRN and WRAP
 * @example formatText(ufixed(8, 2, 'RND', 'SAT')) // 'ufixed<8,2,RND,SAT>'
 */
export function formatText(format: FixedFormat, style: FormatStyle = 'short'): string {
  const { signed, width, integerBits, rounding, overflow, saturationBits } = format;
  const u = signed ? '' : 'u';
  switch (style) {
    case 'short':
      if (isInt(format)) return `${u}int<${width}>`;
      return `${u}fixed<${[width, integerBits, ...modes(format, '')].join(',')}>`;
    case 'ap':
      if (isInt(format)) return `ap_${u}int<${width}>`;
      return `ap_${u}fixed<${[width, integerBits, ...modes(format, 'AP_')].join(',')}>`;
    case 'ac':
      if (isInt(format)) return `ac_int<${width},${signed}>`;
      if (overflow === 'WRAP_SM' || saturationBits !== 0) break;
      return `ac_fixed<${[width, integerBits, signed, ...modes(format, 'AC_')].join(',')}>`;
    case 'q':
      if (rounding !== 'TRN' || overflow !== 'WRAP' || saturationBits !== 0) break;
      return `${signed ? '' : 'U'}Q${integerBits}.${fracBits(format)}`;
  }
  throw new FormatError('FMT016', `${formatText(format)} cannot be written in the ${style} style`);
}

/** The mode parameters, those left out that have their default and nothing behind them. */
function modes(format: FixedFormat, prefix: string): string[] {
  const { rounding, overflow, saturationBits } = format;
  if (saturationBits !== 0) return [prefix + rounding, prefix + overflow, String(saturationBits)];
  if (rounding !== 'TRN' || overflow !== 'WRAP') return [prefix + rounding, prefix + overflow];
  return [];
}

/** `ac_int<W,S>` and `ac_fixed<W,I,S,Q,O>`; both are signed by default. */
function parseAc(kind: string, parameters: readonly string[], text: string): FixedFormat {
  if (kind === 'int') {
    countOf(parameters, 1, 2, text);
    const [width, sign = 'true'] = parameters;
    return (signOf(sign, text) ? int : uint)(whole(width, text));
  }
  countOf(parameters, 2, 5, text);
  const [width, integerBits, sign = 'true', rounding = 'TRN', overflow = 'WRAP'] = parameters;
  if (/^(AC_)?WRAP_SM$/.test(overflow)) {
    throw new FormatError(
      'FMT014',
      `unknown overflow mode '${overflow}' in '${text}': ac_fixed has no WRAP_SM`,
    );
  }
  return (signOf(sign, text) ? fixed : ufixed)(
    whole(width, text),
    whole(integerBits, text),
    roundingOf(rounding, 'AC_', text),
    overflowOf(overflow, 'AC_', text),
  );
}

function countOf(parameters: readonly string[], least: number, most: number, text: string): void {
  if (parameters.length < least || parameters.length > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw new FormatError('FMT011', `'${text}' has ${parameters.length} parameters, expected ${wanted}`);
  }
}

function whole(parameter: string, text: string): number {
  if (!/^[+-]?\d+$/.test(parameter)) {
    throw new FormatError('FMT012', `'${parameter}' in '${text}' is not a whole number`);
  }
  return Number(parameter);
}

function roundingOf(parameter: string, prefix: string, text: string): Rounding {
  const name = withoutPrefix(parameter, prefix);
  const found = ROUNDINGS.find((rounding) => rounding === name);
  if (found) return found;
  const reason =
    name === 'RND_CONV_ODD' ? 'ap_fixed has no rounding to odd' : `expected one of ${ROUNDINGS.join(', ')}`;
  throw new FormatError('FMT013', `unknown rounding mode '${parameter}' in '${text}': ${reason}`);
}

function overflowOf(parameter: string, prefix: string, text: string): Overflow {
  const name = withoutPrefix(parameter, prefix);
  const found = OVERFLOWS.find((overflow) => overflow === name);
  if (found) return found;
  throw new FormatError(
    'FMT014',
    `unknown overflow mode '${parameter}' in '${text}': expected one of ${OVERFLOWS.join(', ')}`,
  );
}

function withoutPrefix(parameter: string, prefix: string): string {
  return parameter.startsWith(prefix) ? parameter.slice(prefix.length) : parameter;
}

function signOf(parameter: string, text: string): boolean {
  if (parameter === 'true' || parameter === '1') return true;
  if (parameter === 'false' || parameter === '0') return false;
  throw new FormatError('FMT015', `sign '${parameter}' in '${text}' must be true or false`);
}
