/** Reads what test benches write: one event a line, raw integers as decimals or hexadecimal bit patterns. */
import { type FixedFormat, maxRaw, minRaw, reinterpret } from 'fixed-point-ts';
import { elements, type Model } from '../../sim/model/index.ts';

/** @returns the raw integer, or undefined if the word is none of this type */
export function parseRaw(word: string, type: FixedFormat): bigint | undefined {
  if (/^0x[0-9a-fA-F]+$/.test(word)) {
    const bits = BigInt(word);
    return bits >> BigInt(type.width) === 0n ? reinterpret(bits, type) : undefined;
  }
  if (!/^-?\d+$/.test(word)) return undefined;
  const raw = BigInt(word);
  return raw >= minRaw(type) && raw <= maxRaw(type) ? raw : undefined;
}

/** The tensors of one line, in the given order. @returns text that says what is wrong, if anything is */
export function parseLine(
  line: string,
  model: Model,
  tensors: readonly string[],
): Record<string, bigint[]> | string {
  const words = line.trim().split(/\s+/);
  const values: Record<string, bigint[]> = {};
  let at = 0;
  for (const tensor of tensors) {
    const { shape, type } = model.tensors[tensor];
    const size = elements(shape);
    const raws: bigint[] = [];
    for (const word of words.slice(at, at + size)) {
      const raw = parseRaw(word, type);
      if (raw === undefined) return `'${word.slice(0, 40)}' is no value of ${tensor}`;
      raws.push(raw);
    }
    if (raws.length < size) return `has ${words.length} values, too few for ${tensor}`;
    values[tensor] = raws;
    at += size;
  }
  return at === words.length ? values : `has ${words.length} values, expected ${at}`;
}
