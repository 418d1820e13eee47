export * from './format.ts';
export { FormatError } from './format-error.ts';
export { formatText, parseFormat } from './format-text.ts';
export type { FormatStyle } from './format-text.ts';
export { castRaw, reinterpret } from './cast.ts';
export { NUMBER_BITS, numberCaster } from './number-cast.ts';
export { binaryOf, fromFloat32, fromNumber, toFloat32, toNumber } from './float.ts';
export type { BinaryNumber } from './float.ts';
export { fromDecimal, toDecimal } from './decimal.ts';
