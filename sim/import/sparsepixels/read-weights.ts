/** Weights of a design folder: checked against their type, their own decimals, and the order the kernels read. */
import Big from 'big.js';
import { type FixedFormat, formatText, fracBits, maxRaw, minRaw, toDecimal } from 'fixed-point-ts';
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
  const array = Object.hasOwn(weights, name) ? weights[name] : undefined;
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
    const what = `is of type ${formatText(array.type)}, the layer reads ${formatText(type)}`;
    throw new InputError({ code: 'IMP012', file, layer, field, what });
  }
  array.raw.forEach((value, index) => {
    const what = gridProblem(value, array.txt_values?.[index], type);
    if (what === undefined) return;
    throw new InputError({
      code: 'IMP013',
      file,
      layer,
      field: `${name}[${index}]`,
      what,
      mend: `round the weight to a multiple of 2^-${fracBits(type)}`,
    });
  });
  return { shape, type, raw: array.raw.map(BigInt) };
}

/** Why a weight lies off the grid of its type or outside of it; undefined if it does not. */
function gridProblem(value: number, decimal: string | undefined, type: FixedFormat): string | undefined {
  if (!Number.isInteger(value)) return `raw ${value} is off the grid: not a whole number`;
  if (!Number.isSafeInteger(value)) return `raw ${value} is beyond 2^53, where JSON numbers lose digits`;
  const raw = BigInt(value);
  const [low, high] = [minRaw(type), maxRaw(type)];
  if (raw < low || raw > high) return `raw ${raw} is outside ${low} to ${high}`;
  if (decimal !== undefined && !isExactly(decimal, toDecimal(raw, type)))
    return `${decimal} is not raw ${raw} x 2^-${fracBits(type)}`;
  return undefined;
}

/** Whether a text is a decimal number of exactly this value. */
function isExactly(text: string, value: string): boolean {
  try {
    return new Big(text.trim()).eq(value);
  } catch {
    return false;
  }
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
