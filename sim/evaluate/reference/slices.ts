/** Applies a function of one slice to every slice of a tensor along an axis given as [outer, slice, inner]. */
export function mapSlices(
  [outer, size, inner]: readonly [number, number, number],
  raw: readonly bigint[],
  f: (slice: readonly bigint[]) => readonly bigint[],
): bigint[] {
  const out: bigint[] = Array.from(raw);
  for (let block = 0; block < outer; block++) {
    for (let offset = 0; offset < inner; offset++) {
      const at = (index: number) => (block * size + index) * inner + offset;
      const slice = Array.from({ length: size }, (_, index) => raw[at(index)]);
      f(slice).forEach((value, index) => (out[at(index)] = value));
    }
  }
  return out;
}
