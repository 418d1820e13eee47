/**
 * NumPy's .npy and .npz: reads booleans, integers and floats of either byte order, C or Fortran order; writes
 * little-endian float64 in C order.
 * Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays" (format versions 1 to 3).
 */
import { unzipSync } from 'fflate';
import { elements, InputError } from '../../model/index.ts';
import type { Reals } from './from-reals.ts';

type Read = (view: DataView, offset: number, littleEndian: boolean) => number;

const readers: Readonly<Record<string, Read>> = {
  b1: (view, offset) => view.getUint8(offset),
  i1: (view, offset) => view.getInt8(offset),
  u1: (view, offset) => view.getUint8(offset),
  i2: (view, offset, little) => view.getInt16(offset, little),
  u2: (view, offset, little) => view.getUint16(offset, little),
  i4: (view, offset, little) => view.getInt32(offset, little),
  u4: (view, offset, little) => view.getUint32(offset, little),
  i8: (view, offset, little) => Number(view.getBigInt64(offset, little)),
  u8: (view, offset, little) => Number(view.getBigUint64(offset, little)),
  f2: (view, offset, little) => halfToNumber(view.getUint16(offset, little)),
  f4: (view, offset, little) => view.getFloat32(offset, little),
  f8: (view, offset, little) => view.getFloat64(offset, little),
};

/** @throws InputError `VEC002` saying what is wrong with the file */
export function readNpy(bytes: Uint8Array): Reals {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic =
    bytes.length >= 12 && bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === 'NUMPY';
  if (!magic) throw unreadable('it does not begin as a .npy file does');
  const wide = bytes[6] >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([<>|=])([a-z]\d+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  if (!descr || !order || !shapeText) throw unreadable('its header is not one of a plain array of numbers');
  const [, endian, kind] = descr as unknown as [string, string, string];
  const read = readers[kind];
  if (!read) {
    throw unreadable(
      `it holds values of kind '${kind}'; booleans, integers and floats of up to 64 bits are read`,
    );
  }

  const shape = shapeText[1]
    .split(',')
    .map((size) => size.trim())
    .filter(Boolean)
    .map(Number);
  const size = Number(kind.slice(1));
  const count = elements(shape);
  const data = start + length;
  if (data + count * size > bytes.length) {
    throw unreadable(
      `it breaks off: ${count} values of ${size} bytes are promised, ${bytes.length - data} bytes are there`,
    );
  }
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) values[index] = read(view, data + index * size, endian !== '>');
  return { shape, values: order[1] === 'True' ? fromFortranOrder(values, shape) : values };
}

/**
 * One array of a .npz archive: that of the given name, or the only one there is. Others are not looked at.
 * @throws InputError `VEC002`, `VEC007` (which array cannot be told)
 */
export function readNpz(bytes: Uint8Array, name: string): Reals {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, { filter: (file) => file.name.endsWith('.npy') });
  } catch {
    throw unreadable('it is no complete zip archive');
  }
  const names = Object.keys(files).map((file) => file.slice(0, -'.npy'.length));
  const chosen = names.find((candidate) => candidate === name) ?? (names.length === 1 ? names[0] : undefined);
  if (chosen === undefined) {
    const what = `holds the arrays ${names.join(', ') || '(none)'}; which one is the input cannot be told`;
    throw new InputError({ code: 'VEC007', what, mend: `name the input array '${name}'` });
  }
  try {
    return readNpy(files[`${chosen}.npy`]);
  } catch (error) {
    if (error instanceof InputError) throw new InputError({ ...error.problem, field: `array '${chosen}'` });
    throw error;
  }
}

/** Bytes of a .npy file, format 1.0, float64. */
export function writeNpy({ shape, values }: Reals): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + 8 * values.length);
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, length & 0xff, length >> 8]);
  bytes.set(Buffer.from(`${text.padEnd(length - 1)}\n`), 10);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++)
    view.setFloat64(10 + length + 8 * index, values[index], true);
  return bytes;
}

function fromFortranOrder(values: Float64Array, shape: readonly number[]): Float64Array {
  const ordered = new Float64Array(values.length);
  const position = shape.map(() => 0);
  for (const value of values) {
    ordered[position.reduce((offset, at, axis) => offset * shape[axis] + at, 0)] = value;
    for (let axis = 0; axis < shape.length && ++position[axis] === shape[axis]; axis++) position[axis] = 0;
  }
  return ordered;
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function unreadable(why: string): InputError {
  return new InputError({ code: 'VEC002', what: `cannot be read as a NumPy file: ${why}` });
}
