/** Bytes of .npy files put together by the format's description (NumPy Enhancement Proposal 1), for tests of the reader. */

export interface NpyParts {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly body: Uint8Array;
  readonly fortran?: boolean;
  /** Major format version: 1 has a header length of 2 bytes, 2 and 3 of 4. */
  readonly version?: 1 | 2 | 3;
}

export function npyBytes({ descr, shape, body, fortran = false, version = 1 }: NpyParts): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const order = fortran ? 'True' : 'False';
  return npyWithHeader(
    `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${tuple}, }`,
    body,
    version,
  );
}

export function npyWithHeader(header: string, body: Uint8Array, version: 1 | 2 | 3 = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + header.length + 1) / 64) * 64 - start;
  const size = version === 1 ? [length & 0xff, length >> 8] : [length & 0xff, length >> 8, 0, 0];
  const text = `${header.padEnd(length - 1)}\n`;
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([version, 0, ...size]),
    Buffer.from(text),
    body,
  ]);
}

type Writer = (view: DataView, offset: number, value: number, little: boolean) => void;

const writers: Readonly<Record<string, Writer>> = {
  b1: (view, offset, value) => view.setUint8(offset, value),
  i1: (view, offset, value) => view.setInt8(offset, value),
  u1: (view, offset, value) => view.setUint8(offset, value),
  i2: (view, offset, value, little) => view.setInt16(offset, value, little),
  u2: (view, offset, value, little) => view.setUint16(offset, value, little),
  i4: (view, offset, value, little) => view.setInt32(offset, value, little),
  u4: (view, offset, value, little) => view.setUint32(offset, value, little),
  i8: (view, offset, value, little) => view.setBigInt64(offset, BigInt(value), little),
  u8: (view, offset, value, little) => view.setBigUint64(offset, BigInt(value), little),
  f4: (view, offset, value, little) => view.setFloat32(offset, value, little),
  f8: (view, offset, value, little) => view.setFloat64(offset, value, little),
};

/** Numbers in the bytes of a descr such as `<f4` or `>i2`. */
export function packed(descr: string, values: readonly number[]): Uint8Array {
  const kind = descr.slice(1);
  const size = Number(kind.slice(1));
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, index) => writers[kind](view, index * size, value, descr[0] !== '>'));
  return new Uint8Array(view.buffer);
}
