/** A little-endian reader over a file's bytes that reports a read past the end as bad input. */
import { InputError } from '../../model/index.ts';

/** An address or size of all ones means "undefined" in HDF5. */
export const UNDEFINED = 0xffff_ffff_ffff_ffffn;

export class ByteView {
  readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(at: number): number {
    return this.view.getUint8(this.inside(at, 1));
  }

  uint16(at: number): number {
    return this.view.getUint16(this.inside(at, 2), true);
  }

  uint32(at: number): number {
    return this.view.getUint32(this.inside(at, 4), true);
  }

  /** An 8-byte address or size. @throws InputError `HDF001` if it is undefined or beyond the file's reach */
  address(at: number): number {
    const value = this.view.getBigUint64(this.inside(at, 8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(`an address at byte ${at} is undefined`);
    return Number(value);
  }

  isUndefined(at: number): boolean {
    return this.view.getBigUint64(this.inside(at, 8), true) === UNDEFINED;
  }

  slice(at: number, length: number): Uint8Array {
    this.inside(at, length);
    return this.bytes.subarray(at, at + length);
  }

  text(at: number, length: number): string {
    const bytes = this.slice(at, length);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** A text that a zero byte ends. */
  textUntilZero(at: number): string {
    const end = this.bytes.indexOf(0, this.inside(at, 1));
    if (end < 0) throw damaged('a name runs past the end of the file');
    return this.text(at, end - at);
  }

  expectSignature(at: number, signature: string): void {
    if (this.text(at, signature.length) !== signature) {
      throw damaged(`expected '${signature}' at byte ${at}`);
    }
  }

  private inside(at: number, length: number): number {
    if (at < 0 || at + length > this.bytes.byteLength) {
      throw damaged(`it refers to byte ${at + length}, but has ${this.bytes.byteLength}`);
    }
    return at;
  }
}

export function damaged(what: string): InputError {
  return new InputError({
    code: 'HDF001',
    what: `is damaged or truncated: ${what}`,
    mend: 'save or copy the file again',
  });
}

export function unsupported(what: string): InputError {
  return new InputError({
    code: 'HDF002',
    what: `uses ${what}, which is not read here`,
    mend: "save the model with Keras itself, or copy the file with 'h5repack --low=0 --high=0 -f NONE'",
  });
}
