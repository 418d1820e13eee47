/** Arrays of raw integers: typed arrays of numbers up to 53 bits, of BigInt up to 64, plain arrays of BigInt beyond. */
import { NUMBER_BITS } from './cast-plan.ts';
import { FormatError } from './format-error.ts';
import type { FixedFormat } from './format.ts';

/** Raw integers of at most 53 bits. */
export type NumberVector =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float64Array;
/** Raw integers of any width. */
export type BigIntVector = BigInt64Array | BigUint64Array | bigint[];
export type RawVector = NumberVector | BigIntVector;

/** An array of zeros for raw integers of a format, of the smallest element that holds them. */
export function vectorOf(format: FixedFormat, length: number): RawVector {
  const { signed, width } = format;
  if (width <= 8) return signed ? new Int8Array(length) : new Uint8Array(length);
  if (width <= 16) return signed ? new Int16Array(length) : new Uint16Array(length);
  if (width <= 32) return signed ? new Int32Array(length) : new Uint32Array(length);
  if (width <= NUMBER_BITS) return new Float64Array(length);
  if (width <= 64) return signed ? new BigInt64Array(length) : new BigUint64Array(length);
  return new Array<bigint>(length).fill(0n);
}

/** The vector as one of numbers. @throws FormatError `VEC001` when it is one of BigInt */
export function numbersOf(vector: RawVector): NumberVector {
  if (!isNumbers(vector)) {
    throw new FormatError(
      'VEC001',
      `these formats fit numbers: give a numeric typed array, as vectorOf makes, not ${nameOf(vector)}`,
    );
  }
  return vector;
}

export function isNumbers(vector: RawVector): vector is NumberVector {
  return !(Array.isArray(vector) || vector instanceof BigInt64Array || vector instanceof BigUint64Array);
}

/** Writes a raw integer in the element type of the vector. */
export function store(vector: RawVector, index: number, raw: bigint): void {
  if (isNumbers(vector)) vector[index] = Number(raw);
  else vector[index] = raw;
}

/** @throws FormatError `VEC002` when an input is not as long as the output */
export function checkLengths(out: { length: number }, ...inputs: readonly { length: number }[]): void {
  for (const { length } of inputs) {
    if (length !== out.length)
      throw new FormatError('VEC002', `an input has ${length} elements, the output ${out.length}`);
  }
}

function nameOf(vector: RawVector): string {
  return vector.constructor.name;
}
