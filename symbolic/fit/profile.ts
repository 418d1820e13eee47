/**
 * Profile-likelihood intervals: how far one parameter can move, the others refitted at each place, before chi2 (or the
 * Poisson likelihood ratio) has grown by one. Unlike standard errors they need not be symmetric (as MINUIT's MINOS;
 * F. James, M. Roos, Comput. Phys. Commun. 10 (1975) 343).
 */
import { minimise } from './levenberg-marquardt.ts';
import { leastSquaresProblem, type FitFunction, type Objective } from './objective.ts';
import type { Refit } from './refit.ts';

/** Signed distances from the best value; undefined where chi2 never grows that far or the fit fails. */
export interface ProfileInterval {
  readonly name: string;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
}

export interface ProfileOptions {
  /** Growth of chi2 at the ends. Default 1, one standard deviation. */
  readonly growth?: number;
}

/** Intervals of all free parameters of a fit. */
export function profileIntervals(
  fitFunction: FitFunction,
  objective: Objective,
  fit: Refit,
  { growth = 1 }: ProfileOptions = {},
): ProfileInterval[] {
  return fit.parameters
    .filter(({ isFixed }) => !isFixed)
    .map(({ name, value, error }) => {
      const end = (side: 1 | -1) => {
        const at = crossing(fitFunction, objective, fit, name, side * error, growth);
        return at === undefined ? undefined : at - value;
      };
      return { name, lower: end(-1), upper: end(1) };
    });
}

/** Where the profile crosses the target, on the side of `step`: the bracket is doubled, then closed by false position. */
function crossing(
  fitFunction: FitFunction,
  objective: Objective,
  fit: Refit,
  name: string,
  step: number,
  growth: number,
): number | undefined {
  const index = fitFunction.parameters.indexOf(name);
  const others = fit.free.filter((free) => free !== name).map((free) => fitFunction.parameters.indexOf(free));
  const best = fit.parameters.map(({ value }) => value);
  const start = [...best];
  /** Root of the growth in units of the target's: 1 at the crossing, nearly linear in the distance. */
  const excess = (position: number): number => {
    start[index] = position;
    const problem = leastSquaresProblem(fitFunction, objective, others, start);
    const result = minimise(problem, others.map((other) => start[other])); // prettier-ignore
    if (result.convergence === 'lost') return NaN;
    others.forEach((other, j) => (start[other] = result.point[j]));
    return Math.sqrt(Math.max(0, result.sumOfSquares - fit.sumOfSquares) / growth) - 1;
  };
  let [inside, insideValue] = [best[index], -1];
  let outside = best[index] + step;
  let outsideValue = excess(outside);
  for (let doubling = 0; outsideValue < 0; doubling++) {
    if (doubling === 12) return undefined;
    [inside, insideValue] = [outside, outsideValue];
    outside = best[index] + (outside - best[index]) * 2;
    outsideValue = excess(outside);
  }
  if (Number.isNaN(outsideValue)) {
    // Outside the domain of the function: walk back to where it has a value.
    for (let halving = 0; Number.isNaN(outsideValue); halving++) {
      if (halving === 30) return undefined;
      outside = (inside + outside) / 2;
      outsideValue = excess(outside);
    }
    if (outsideValue < 0) return undefined;
  }
  for (let iteration = 0; iteration < 60; iteration++) {
    // Every third step halves the bracket, so that one end cannot stay for ever.
    const share = iteration % 3 === 2 ? 0.5 : -insideValue / (outsideValue - insideValue);
    const middle = inside + share * (outside - inside);
    const value = excess(middle);
    if (Number.isNaN(value)) return undefined;
    if (Math.abs(value) < 1e-6) return middle;
    if (value < 0) [inside, insideValue] = [middle, value];
    else [outside, outsideValue] = [middle, value];
  }
  return (inside + outside) / 2;
}
