/** Raw integers as 64-bit words, least significant first, as the C++ oracles read and write them. */
import { reinterpret } from 'fixed-point-ts';
import type { FixedFormat } from 'fixed-point-ts';

export class WordWriter {
  private readonly list: bigint[] = [];

  word(value: bigint | number): void {
    this.list.push(BigInt.asUintN(64, BigInt(value)));
  }

  raw(value: bigint, format: FixedFormat): void {
    for (let low = 0; low < format.width; low += 64) this.word(value >> BigInt(low));
  }

  double(value: number): void {
    this.word(new BigUint64Array(new Float64Array([value]).buffer)[0]);
  }

  all(): BigUint64Array {
    return BigUint64Array.from(this.list);
  }
}

export class WordReader {
  private at = 0;
  private readonly words: BigUint64Array;

  constructor(words: BigUint64Array) {
    this.words = words;
  }

  word(): bigint {
    if (this.at >= this.words.length) throw new Error('the oracle answered too few words');
    return this.words[this.at++];
  }

  raw(format: FixedFormat): bigint {
    let bits = 0n;
    for (let low = 0; low < format.width; low += 64) bits |= this.word() << BigInt(low);
    return reinterpret(bits, format);
  }

  /** Whether every word has been read. */
  done(): boolean {
    return this.at === this.words.length;
  }
}
