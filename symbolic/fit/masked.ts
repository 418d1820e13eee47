/** Scores candidates on bins they were not fitted to. */
import { InputError } from '../../sim/model/input-error.ts';
import { evaluateColumns } from '../expression/index.ts';
import type { BinnedData } from './binned-data.ts';
import type { Candidate, FitContext } from './candidate.ts';
import { goodnessOfFit } from './goodness.ts';
import { makeObjective } from './objective.ts';

export interface MaskedScore {
  /** Sum of squared pulls (or the Poisson likelihood ratio) over the bins left out. */
  readonly chi2: number;
  readonly bins: number;
}

/**
 * The bins of a whole data set that a fit has not seen, matched by their centres.
 *
 * @throws InputError `FIT030` if there are none or the dimensions differ
 */
export function unseenBins(whole: BinnedData, fitted: BinnedData): BinnedData {
  const key = (data: BinnedData, bin: number) => data.x.map((column) => column[bin]).join();
  const seen = new Set(Array.from(fitted.y, (_, bin) => key(fitted, bin)));
  const picks = Array.from(whole.y, (_, bin) => bin).filter((bin) => !seen.has(key(whole, bin)));
  if (whole.x.length !== fitted.x.length || picks.length === 0) {
    throw new InputError({
      code: 'FIT030',
      what: `has no bins beyond those of ${fitted.name}`,
      file: whole.name,
      mend: 'give the data set from which bins were taken out',
    });
  }
  const pick = (column: Float64Array) => Float64Array.from(picks, (bin) => column[bin]);
  return {
    name: whole.name,
    x: whole.x.map(pick),
    y: pick(whole.y),
    ...(whole.errors && { errors: { up: pick(whole.errors.up), down: pick(whole.errors.down) } }),
    ...(whole.exposure && { exposure: pick(whole.exposure) }),
  };
}

/** chi2 of each candidate over bins it has not seen. */
export function scoreUnseen(
  context: FitContext,
  candidates: readonly Candidate[],
  unseen: BinnedData,
): MaskedScore[] {
  const objective = makeObjective(unseen, context.objective.kind);
  const { operators } = context.options;
  return candidates.map(({ unscaled, fit }) => {
    const parameters = Object.fromEntries(fit.parameters.map(({ name, value }) => [name, value]));
    const options = { ...(operators && { operators }) };
    const values = evaluateColumns(unscaled, unseen.x, unseen.y.length, parameters, options);
    return { chi2: goodnessOfFit(objective, values, 0).chi2 ?? NaN, bins: unseen.y.length };
  });
}
