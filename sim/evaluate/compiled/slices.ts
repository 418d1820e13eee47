/** Offsets of the first element of every slice along an axis given as [outer, slice, inner]. */
export function sliceStarts([outer, size, inner]: readonly [number, number, number]): Int32Array {
  return Int32Array.from(
    { length: outer * inner },
    (_, index) => Math.floor(index / inner) * size * inner + (index % inner),
  );
}
