/** HDF5 datatype messages: whole numbers, IEEE floats, texts of fixed and variable length. */
import { type ByteView, unsupported } from './byte-view.ts';

export type Datatype =
  | { readonly kind: 'int'; readonly size: number; readonly signed: boolean; readonly littleEndian: boolean }
  | { readonly kind: 'float'; readonly size: number; readonly littleEndian: boolean }
  | { readonly kind: 'text'; readonly size: number }
  | { readonly kind: 'variable-text'; readonly size: number };

/** Source: HDF5 File Format Specification 3.0, IV.A.2.d "The Datatype Message". */
export function readDatatype(file: ByteView, at: number): Datatype {
  const datatypeClass = file.uint8(at) & 0x0f;
  const bits = file.uint8(at + 1);
  const size = file.uint32(at + 4);
  const littleEndian = (bits & 1) === 0;
  switch (datatypeClass) {
    case 0:
      return { kind: 'int', size, signed: (bits & 8) !== 0, littleEndian };
    case 1:
      return { kind: 'float', size, littleEndian };
    case 3:
      return { kind: 'text', size };
    case 8: // an enumeration (h5py's booleans) is stored as its base type
      return readDatatype(file, at + 8);
    case 9:
      if ((bits & 0x0f) === 1) return { kind: 'variable-text', size };
      throw unsupported('sequences of variable length');
    default:
      throw unsupported(`a datatype of class ${datatypeClass}`);
  }
}

/** The numbers in `bytes`. @throws InputError `HDF002` for texts and sizes that float64 cannot hold */
export function decodeNumbers(type: Datatype, bytes: Uint8Array, count: number): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = numberReader(type, view);
  return Float64Array.from({ length: count }, (_, index) => read(index * type.size));
}

function numberReader(type: Datatype, view: DataView): (at: number) => number {
  if (type.kind === 'float') {
    const little = type.littleEndian;
    if (type.size === 4) return (at) => view.getFloat32(at, little);
    if (type.size === 8) return (at) => view.getFloat64(at, little);
    if (type.size === 2) return (at) => float16(view.getUint16(at, little));
  }
  if (type.kind === 'int') {
    const little = type.littleEndian;
    if (type.size === 1) return (at) => (type.signed ? view.getInt8(at) : view.getUint8(at));
    if (type.size === 2)
      return (at) => (type.signed ? view.getInt16(at, little) : view.getUint16(at, little));
    if (type.size === 4)
      return (at) => (type.signed ? view.getInt32(at, little) : view.getUint32(at, little));
    if (type.size === 8) {
      return (at) => Number(type.signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
    }
  }
  throw unsupported(`numbers of the sort ${type.kind} in ${type.size} bytes`);
}

/** IEEE 754 binary16. */
function float16(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
