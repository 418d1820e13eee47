/**
 * A whole fit: checks, scaling, search, and the treatment of every candidate on the front.
 *
 * Yields events and reads no clock or file: callers save what they want to keep as it arrives. An interrupted run goes
 * on from the last `checkpoint`.
 */
import { sameExpression, type Expression } from '../expression/index.ts';
import { searchRounds } from '../search/search.ts';
import type { FrontEntry, SearchOptions, SearchProgress, SearchState } from '../search/types.ts';
import { checkData, twoSidedErrors, type BinnedData } from './binned-data.ts';
import {
  makeContext,
  treatFound,
  treatGiven,
  type Candidate,
  type CandidateOptions,
  type FitContext,
} from './candidate.ts';
import type { ObjectiveKind } from './objective.ts';
import { simplestGood } from './recommend.ts';

export interface FitOptions extends CandidateOptions {
  /** Default: chi2 where the data have errors, else unweighted. */
  readonly likelihood?: ObjectiveKind;
  /** What the search may use and how long it goes on; see docs/symbolic-search.md. */
  readonly search?: SearchOptions;
  /** Forms to fit as they are, in the units of the data, instead of a search. */
  readonly functions?: readonly GivenFunction[];
}

export interface GivenFunction {
  readonly form: Expression;
  readonly start?: Readonly<Record<string, number>>;
}

export interface FitControls {
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Seconds, for rates, timeouts and the spacing of checkpoints; without it there is a checkpoint every 20 rounds. */
  readonly clock?: () => number;
  /** Go on from a checkpoint of the same data and options. */
  readonly resume?: SearchState;
}

export type FitEvent =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'search'; readonly progress: SearchProgress }
  | { readonly kind: 'checkpoint'; readonly state: SearchState; readonly front: readonly FrontEntry[] }
  | {
      readonly kind: 'candidate';
      readonly candidate: Candidate;
      readonly done: number;
      readonly total: number;
    };

export interface FitResult {
  readonly context: FitContext;
  readonly candidates: readonly Candidate[];
  /** Index of the candidate to look at first; see recommend.ts. */
  readonly recommended: number;
}

/**
 * Fits a data set.
 *
 * @throws InputError for data or options that cannot be fitted, before any work
 */
export async function* fitRun(
  data: BinnedData,
  options: FitOptions = {},
  controls: FitControls = {},
): AsyncGenerator<FitEvent, FitResult> {
  const { ignoreErrors, notes } = checkData(data, options.compat ? 'ignore-errors' : 'refuse');
  for (const text of notes) yield { kind: 'note', text };
  const hasErrors = data.errors !== undefined && !ignoreErrors;
  const kind = options.likelihood ?? (hasErrors ? 'chi2' : 'unweighted');
  if (!hasErrors && options.likelihood === undefined) {
    yield { kind: 'note', text: 'no errors on y: unweighted least squares, no chi2' };
  }
  const { functions } = options;
  const context = makeContext(data, kind, functions === undefined ? options : { ...options, scaleX: 'none' });
  const tasks: (() => Candidate)[] = [];
  if (functions !== undefined) {
    for (const { form, start } of functions)
      tasks.push(() => treatGiven(context, form, start, options.search?.seed));
  } else {
    const front = yield* searchFront(context, options.search ?? {}, controls);
    for (const { expression, complexity } of front)
      tasks.push(() => treatFound(context, expression, complexity));
  }
  const candidates: Candidate[] = [];
  for (const [done, task] of tasks.entries()) {
    const candidate = task();
    const isKnown = candidates.some(({ form }) => sameExpression(form, candidate.form));
    if (!isKnown || options.compat) candidates.push(candidate);
    yield { kind: 'candidate', candidate, done: done + 1, total: tasks.length };
  }
  return { context, candidates, recommended: simplestGood(candidates) };
}

const roundsBetweenCheckpoints = 20;
const secondsBetweenCheckpoints = 10;

/** Runs the search in stretches, with a checkpoint after each. */
async function* searchFront(
  context: FitContext,
  options: SearchOptions,
  controls: FitControls,
): AsyncGenerator<FitEvent, readonly FrontEntry[]> {
  const { scaled } = context;
  const weights = searchWeights(context);
  const data = { inputs: scaled.x, outputs: [scaled.y], ...(weights && { weights }) };
  const iterations = options.iterations ?? 100;
  const { clock, signal, workers } = controls;
  const started = clock?.() ?? 0;
  let state = controls.resume;
  let stretch = roundsBetweenCheckpoints;
  for (;;) {
    const before = clock?.() ?? 0;
    const spent = before - started;
    const rounds = searchRounds(
      data,
      {
        ...options,
        iterations: Math.min(iterations, (state?.iteration ?? 0) + stretch),
        ...(options.timeoutSeconds !== undefined && {
          timeoutSeconds: Math.max(0, options.timeoutSeconds - spent),
        }),
      },
      {
        ...(clock && { clock }),
        ...(signal && { signal }),
        ...(workers !== undefined && { workers }),
        ...(state && { resume: state }),
      },
    );
    let step = await rounds.next();
    while (step.done !== true) {
      yield { kind: 'search', progress: { ...step.value, iterations, seconds: (clock?.() ?? 0) - started } };
      step = await rounds.next();
    }
    const { stopped, fronts } = step.value;
    state = step.value.state;
    yield { kind: 'checkpoint', state, front: fronts[0] };
    const isOver = stopped !== 'iterations' || state.iteration >= iterations;
    if (isOver) return fronts[0];
    if (clock !== undefined) {
      const pace = (clock() - before) / stretch;
      stretch = Math.max(1, Math.min(1000, Math.round(secondsBetweenCheckpoints / pace)));
    }
  }
}

/** Squared inverse errors in scaled units; counts have the error sqrt(max(n, 1)). SymbolFit takes the upward error. */
function searchWeights({ scaledObjective, scaled, options }: FitContext): Float64Array | undefined {
  switch (scaledObjective.kind) {
    case 'unweighted':
      return undefined;
    case 'poisson':
      return scaled.y.map((count, i) => (scaled.exposure?.[i] ?? 1) ** 2 / Math.max(1, count));
    case 'chi2': {
      const { up, down } = twoSidedErrors(scaled.errors!);
      return up.map(
        (error, i) => 1 / (options.compat ? error * error : (error * error + down[i] * down[i]) / 2),
      );
    }
  }
}
