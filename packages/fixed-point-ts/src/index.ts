export * from './format.ts';
export { FormatError } from './format-error.ts';
export { formatText, parseFormat } from './format-text.ts';
export type { FormatStyle } from './format-text.ts';
export { castRaw, reinterpret } from './cast.ts';
export { castNumber, type CastPlan, NUMBER_BITS, planCast } from './cast-plan.ts';
export { numberCaster } from './number-cast.ts';
export { binaryOf, fromFloat32, fromNumber, toFloat32, toNumber } from './float.ts';
export type { BinaryNumber } from './float.ts';
export { fromDecimal, toDecimal } from './decimal.ts';
export { cast, ofBits, ofRaw } from './value.ts';
export type { Fixed } from './value.ts';
export {
  addFormat,
  bitwiseFormat,
  divideFormat,
  multiplyFormat,
  negateFormat,
  remainderFormat,
  subtractFormat,
} from './result-format.ts';
export { absolute, add, multiply, negate, subtract } from './arithmetic.ts';
export { divide, remainder } from './divide.ts';
export { scaleByPowerOfTwo, shiftLeft, shiftRight } from './shift.ts';
export { compare, equal, greater, greaterOrEqual, less, lessOrEqual, notEqual } from './compare.ts';
export { bit, bitAnd, bitNot, bitOr, bitXor, concat, range, withBit, withRange } from './bits.ts';
export { vectorOf } from './raw-vector.ts';
export type { BigIntVector, NumberVector, RawVector } from './raw-vector.ts';
export { addKernel, castKernel, multiplyKernel, subtractKernel } from './kernels.ts';
export type { BinaryKernel, UnaryKernel } from './kernels.ts';
export { fromNumberKernel, toNumberKernel } from './float-kernels.ts';
export type { FloatVector } from './float-kernels.ts';
