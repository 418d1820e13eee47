/** Verilog texts for bit vectors: literals, extension, selection. All vectors are unsigned unless an operator asks. */

/** `8'h2a`: the two's complement pattern of an integer. */
export function literal(value: number, width: number): string {
  return `${width}'h${BigInt.asUintN(width, BigInt(value)).toString(16)}`;
}

/** Elements side by side, the first in the lowest bits. */
export function packedLiteral(values: readonly number[], width: number): string {
  const pattern = values.reduceRight(
    (bits, value) => (bits << BigInt(width)) | BigInt.asUintN(width, BigInt(value)),
    0n,
  );
  return `${values.length * width}'h${pattern.toString(16)}`;
}

/** A named value with its width and how its top bit is read. */
export interface Bits {
  readonly text: string;
  readonly width: number;
  readonly signed: boolean;
  /** Set when the value is known. */
  readonly value?: number;
}

/** The value in a width: extended by its sign or by zeros, or cut. */
export function resized({ text, width, signed, value }: Bits, to: number): string {
  if (value !== undefined) return literal(value, to);
  if (to === width) return text;
  if (to < width) return `${text}[${to - 1}:0]`;
  const more = to - width;
  return signed ? `{{${more}{${text}[${width - 1}]}}, ${text}}` : `{${more}'d0, ${text}}`;
}

/** Declaration range of a vector. */
export function range(width: number): string {
  return `[${width - 1}:0]`;
}

/** `i * 4 + j`, without idle terms. */
export function affine(offset: number, terms: readonly (readonly [name: string, factor: number])[]): string {
  const parts = terms
    .filter(([, factor]) => factor !== 0)
    .map(([name, factor]) => (factor === 1 ? name : `${name} * ${factor}`));
  if (offset !== 0 || parts.length === 0) parts.push(String(offset));
  return parts.join(' + ');
}

/** Elements `at` .. of a packed vector of elements. */
export function elementSelect(text: string, at: string, width: number, count = 1): string {
  const known = /^\d+$/.test(at) ? Number(at) : undefined;
  if (known !== undefined) return `${text}[${(known + count) * width - 1}:${known * width}]`;
  const scaled = width === 1 ? at : `(${at}) * ${width}`;
  return `${text}[${scaled} +: ${width * count}]`;
}
