/** A number of cycles that may depend on the data: best and worst case. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The same in every case. */
export function exactly(cycles: number): Range {
  return { min: cycles, max: cycles };
}

export function addRanges(...ranges: readonly Range[]): Range {
  return ranges.reduce((sum, { min, max }) => ({ min: sum.min + min, max: sum.max + max }), exactly(0));
}

/** `range` times a number that is not negative. */
export function scaleRange({ min, max }: Range, factor: Range): Range {
  return { min: min * factor.min, max: max * factor.max };
}

/** The later of two events, each in its own range. */
export function latest(...ranges: readonly Range[]): Range {
  return ranges.reduce(
    (late, { min, max }) => ({ min: Math.max(late.min, min), max: Math.max(late.max, max) }),
    exactly(0),
  );
}
