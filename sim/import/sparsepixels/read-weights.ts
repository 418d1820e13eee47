/** Weights of a design folder: checked against their type, their own decimals, and the order the kernels read. */
import { type FixedFormat, fracBits, maxRaw, minRaw } from 'fixed-point-ts';
import { type Constant, elements, InputError } from '../../model/index.ts';
import type { DesignWeights } from './design-schema.ts';

/** Where an array is used, for messages. */
export interface Use {
  readonly file: string;
  readonly layer: string;
  readonly name: string;
}

/**
 * One array as a constant of the given shape and type.
 * @throws InputError `IMP010` (missing), `IMP011` (length), `IMP012` (type), `IMP013` (off the grid or outside)
 */
export function readWeights(
  weights: DesignWeights,
  { file, layer, name }: Use,
  shape: readonly number[],
  type: FixedFormat,
): Constant {
  const field = name;
  const array = weights[name];
  if (!array) {
    const what = 'the array is missing';
    throw new InputError({ code: 'IMP010', file, layer, field, what, mend: `add '${name}' to the file` });
  }
  const needed = elements(shape);
  if (array.raw.length !== needed) {
    const what = `has ${array.raw.length} values, the layer's shape [${shape.join(', ')}] needs ${needed}`;
    throw new InputError({ code: 'IMP011', file, layer, field, what });
  }
  const { width, integerBits, signed } = array.type;
  if (width !== type.width || integerBits !== type.integerBits || signed !== type.signed) {
    const what = `has ${width} bits, ${integerBits} of them integer; the layer reads ${type.width} and ${type.integerBits}`;
    throw new InputError({ code: 'IMP012', file, layer, field, what });
  }
  const [low, high] = [Number(minRaw(type)), Number(maxRaw(type))];
  array.raw.forEach((value, index) => {
    const decimal = array.txt_values?.[index];
    const problem = Number.isInteger(value)
      ? value < low || value > high
        ? `raw ${value} is outside ${low} to ${high}`
        : decimal !== undefined && !isExactly(decimal, value, fracBits(type))
          ? `${decimal} is not raw ${value} x 2^-${fracBits(type)}`
          : undefined
      : `raw ${value} is off the grid: not a whole number`;
    if (problem === undefined) return;
    const place = { file, layer, field: `${name}[${index}]` };
    throw new InputError({
      ...place,
      code: 'IMP013',
      what: problem,
      mend: `round the weight to a multiple of 2^-${fracBits(type)}`,
    });
  });
  return { shape, type, raw: array.raw.map(BigInt) };
}

/** Whether the decimal text equals raw x 2^-fraction, without rounding: compares digits x 2^fraction with raw x 10^places. */
function isExactly(decimal: string, raw: number, fraction: number): boolean {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(decimal.trim());
  if (!match || (match[2] === '' && match[3] === '')) return false;
  const [, sign, whole, rest, exponent] = match as unknown as [
    string,
    string,
    string,
    string,
    string | undefined,
  ];
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${rest}`);
  const places = BigInt(rest.length - Number(exponent ?? 0));
  const scaled = fraction >= 0 ? digits << BigInt(fraction) : digits;
  const wanted = fraction >= 0 ? BigInt(raw) : BigInt(raw) << BigInt(-fraction);
  return places >= 0n ? scaled === wanted * 10n ** places : scaled * 10n ** -places === wanted;
}

/** From (tap, filter, channel), as `sparse_conv` indexes its weights, to (tap, channel, filter), as the Model does. */
export function filtersLast(constant: Constant): Constant {
  const [rows, columns, channels, filters] = constant.shape as [number, number, number, number];
  const { raw } = constant;
  if (raw === null) return constant;
  const ordered: bigint[] = [];
  for (let tap = 0; tap < rows * columns; tap++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let filter = 0; filter < filters; filter++) {
        ordered.push(raw[tap * filters * channels + filter * channels + channel]);
      }
    }
  }
  return { ...constant, raw: ordered };
}
