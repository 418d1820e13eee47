/**
 * Binned data with uncertainties: what a fit is made to.
 *
 * Columns are Float64Arrays of one value a bin. Errors are distances: the value lies between `y - down` and `y + up`
 * with one standard deviation on each side.
 */
import { InputError } from '../../sim/model/input-error.ts';

export interface BinnedData {
  readonly name: string;
  /** Bin centres, one column a dimension. */
  readonly x: readonly Float64Array[];
  readonly y: Float64Array;
  /** Upward and downward one-sigma distances; absent if the data have none. */
  readonly errors?: { readonly up: Float64Array; readonly down: Float64Array };
  /** Widths of the bins, in one dimension. */
  readonly widths?: Float64Array;
  /** Bin edges of each dimension, in two dimensions. */
  readonly edges?: readonly Float64Array[];
  /** Expected counts a unit of the function, for Poisson likelihoods: counts = exposure × f(x). Default 1. */
  readonly exposure?: Float64Array;
  readonly axisTitles?: { readonly x?: readonly string[]; readonly y?: string };
  /** Where the data come from. */
  readonly provenance?: readonly string[];
}

/** Number of bins. */
export function binCount(data: BinnedData): number {
  return data.y.length;
}

/**
 * Checks data and states what follows from unusual ones.
 *
 * Rules: an error of 0 on one side is replaced by the other side's (real counts of 0 have no downward error). A bin
 * with both errors 0 has no weight that makes sense: it is refused, unless `bothZero` is `ignore-errors`, which drops
 * the errors of all bins as SymbolFit does. Data of one value and single bins are legal, with a note.
 *
 * @returns whether the errors must be ignored, and notes for the user
 * @throws InputError `FIT001`-`FIT006` for no bins, columns of different lengths, numbers that are not finite, negative errors
 */
export function checkData(
  data: BinnedData,
  bothZero: 'refuse' | 'ignore-errors' = 'refuse',
): { readonly ignoreErrors: boolean; readonly notes: readonly string[] } {
  const bins = binCount(data);
  const refuse = (code: string, field: string, what: string, mend: string): never => {
    throw new InputError({ code, what, file: data.name, field, mend });
  };
  if (bins === 0) refuse('FIT001', 'y', 'there are no bins', 'give at least one bin with x and y');
  if (data.x.length === 0) refuse('FIT001', 'x', 'there is no x column', 'give the bin centres');
  for (const [name, column] of namedColumns(data)) {
    if (column.length !== bins) {
      const what = `${column.length} values where y has ${bins}`;
      refuse('FIT002', name, what, 'give one value a bin in every column');
    }
    const bad = column.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      refuse('FIT003', `${name}, bin ${bad + 1}`, `the value is ${column[bad]}`, 'leave such bins out');
  }
  const { errors, exposure } = data;
  const idle = exposure?.findIndex((value) => value <= 0) ?? -1;
  if (idle >= 0)
    refuse(
      'FIT004',
      `exposure, bin ${idle + 1}`,
      `the exposure is ${exposure![idle]}`,
      'give values above 0',
    );
  const notes = describeShape(data);
  if (errors === undefined) return { ignoreErrors: false, notes };
  for (const [name, column] of [
    ['y_up', errors.up],
    ['y_down', errors.down],
  ] as const) {
    // prettier-ignore
    const bad = column.findIndex((value) => value < 0);
    if (bad >= 0) {
      refuse(
        'FIT005',
        `${name}, bin ${bad + 1}`,
        `the error is ${column[bad]}`,
        'give errors as distances, 0 or more',
      );
    }
  }
  const empty = errors.up.findIndex((up, i) => up === 0 && errors.down[i] === 0);
  if (empty < 0) return { ignoreErrors: false, notes };
  if (bothZero === 'refuse') {
    refuse(
      'FIT006',
      `bin ${empty + 1}`,
      'both errors are 0, which would give the bin infinite weight',
      'give it an error, leave it out, use a Poisson likelihood for counts, or fit unweighted',
    );
  }
  return {
    ignoreErrors: true,
    notes: [...notes, `both errors of bin ${empty + 1} are 0: errors are ignored`],
  };
}

function namedColumns(data: BinnedData): [string, Float64Array][] {
  const columns: [string, Float64Array | undefined][] = [
    ...data.x.map((column, i): [string, Float64Array] => [data.x.length === 1 ? 'x' : `x${i}`, column]),
    ['y', data.y],
    ['y_up', data.errors?.up],
    ['y_down', data.errors?.down],
    ['bin_widths_1d', data.widths],
    ['exposure', data.exposure],
  ];
  return columns.filter((entry): entry is [string, Float64Array] => entry[1] !== undefined);
}

function describeShape(data: BinnedData): string[] {
  const notes: string[] = [];
  const isConstant = (column: Float64Array) => column.every((value) => value === column[0]);
  if (binCount(data) === 1) return ['one bin: only a constant can be determined'];
  if (isConstant(data.y)) notes.push(`all y are ${data.y[0]}: R2 is not defined`);
  data.x.forEach((column, i) => {
    if (isConstant(column))
      notes.push(`all x${i} are ${column[0]}: nothing can depend on it, it is not rescaled`);
  });
  return notes;
}

/** Errors with one-sided zeros replaced by the other side's. */
export function twoSidedErrors(errors: NonNullable<BinnedData['errors']>): NonNullable<BinnedData['errors']> {
  return {
    up: errors.up.map((up, i) => (up === 0 ? errors.down[i] : up)),
    down: errors.down.map((down, i) => (down === 0 ? errors.up[i] : down)),
  };
}
