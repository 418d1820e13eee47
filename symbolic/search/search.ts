/**
 * The search itself: rounds of evolution of all populations, with an exchange between rounds.
 *
 * Populations evolve independently within a round, each from its own random stream, and meet in a fixed order at its
 * end. So a seed gives the same result for any number of workers, and a saved state goes on as if never interrupted.
 */
import { evaluateTree, parseInfix } from '../expression/index.ts';
import * as archipelago from './archipelago.ts';
import { localCrew, type Crew } from './crew.ts';
import { prepareData } from './data.ts';
import { buildFront } from './front.ts';
import { parseGuesses } from './guesses.ts';
import { MemberStore } from './member-store.ts';
import type { PopulationReport } from './population-task.ts';
import { forWorkers, loadObjectives } from './objectives.ts';
import { buildProblem, type OutputData, type Problem } from './problem.ts';
import { resolveSettings, type Settings } from './settings.ts';
import { checkState, fingerprintOf, restoreArchipelago, saveArchipelago } from './state.ts';
import type {
  FrontEntry, SearchControls, SearchData, SearchOptions, SearchProgress, SearchResult, SearchState, StopReason,
} from './types.ts'; // prettier-ignore

/**
 * Searches for expressions that explain each output by the inputs.
 *
 * @param data columns of finite numbers, all of the same length
 * @returns one Pareto front per output and the state to go on from
 * @throws InputError `SEA001` to `SEA007` for options or data it cannot work with, before any work
 * @example
 * const { fronts } = await search({ inputs: [x0, x1], outputs: [y] }, { operators: ['+', '*', 'cos'], seed: 1 });
 */
export async function search(
  data: SearchData,
  options: SearchOptions = {},
  controls: SearchControls = {},
): Promise<SearchResult> {
  const rounds = searchRounds(data, options, controls);
  for (;;) {
    const { value, done } = await rounds.next();
    if (done === true) return value;
    controls.onProgress?.(value);
  }
}

/** As `search`, round by round: yields what is known after each; ends early when the caller stops asking. */
export async function* searchRounds(
  data: SearchData,
  options: SearchOptions = {},
  controls: SearchControls = {},
): AsyncGenerator<SearchProgress, SearchResult> {
  const run = await startRun(data, options, controls);
  try {
    for (;;) {
      const stopped = run.stopReason();
      if (stopped !== undefined) return { ...run.progress, stopped, state: run.state() };
      await run.advance();
      controls.onState?.(() => run.state());
      yield run.progress;
    }
  } finally {
    await run.close();
  }
}

async function startRun(data: SearchData, options: SearchOptions, controls: SearchControls): Promise<Run> {
  const settings = resolveSettings(options);
  const outputs = prepareData(data);
  const terms = await loadObjectives(settings.objectives);
  const problems = outputs.map((output) => buildProblem(output, settings, terms));
  for (const problem of problems) parseGuesses(problem);
  const fingerprint = fingerprintOf(outputs, settings);
  if (controls.resume !== undefined) checkState(controls.resume, fingerprint);
  const workers = Math.min(controls.workers ?? 1, settings.populations * outputs.length);
  const crew = workers > 1 ? await workerCrew(workers, outputs, settings) : localCrew(problems);
  return new Run(problems, settings, controls, crew, fingerprint);
}

async function workerCrew(
  workers: number,
  outputs: readonly OutputData[],
  settings: Settings,
): Promise<Crew> {
  const { threadCrew } = await import('./thread-crew.ts');
  const objectives = forWorkers(settings.objectives);
  return threadCrew(workers, { outputs, settings: { ...settings, objectives: [] }, objectives });
}

class Run {
  progress: SearchProgress;
  private readonly problems: readonly Problem[];
  private readonly settings: Settings;
  private readonly controls: SearchControls;
  private readonly crew: Crew;
  private readonly fingerprint: string;
  private readonly islands: archipelago.Archipelago[];
  private readonly startSeconds: number;
  private readonly isEnough: (entry: FrontEntry) => boolean;

  constructor(
    problems: readonly Problem[],
    settings: Settings,
    controls: SearchControls,
    crew: Crew,
    fingerprint: string,
  ) {
    this.problems = problems;
    this.settings = settings;
    this.controls = controls;
    this.crew = crew;
    this.fingerprint = fingerprint;
    this.islands = problems.map((problem) => archipelago.newArchipelago(problem.shape, settings));
    this.startSeconds = controls.clock?.() ?? 0;
    this.isEnough = earlyStop(settings);
    const { resume } = controls;
    if (resume !== undefined)
      this.islands.forEach((islands, i) => restoreArchipelago(islands, resume.outputs[i]));
    this.progress = {
      iteration: resume?.iteration ?? -1,
      iterations: settings.iterations,
      evaluations: resume?.evaluations ?? 0,
      seconds: 0,
      fronts: this.islands.map(({ hall }, i) => buildFront(hall, problems[i])),
      improved: [],
    };
  }

  stopReason(): StopReason | undefined {
    const { settings, controls, progress } = this;
    if (controls.signal?.aborted === true) return 'cancelled';
    if (progress.iteration >= settings.iterations) return 'iterations';
    if (progress.evaluations >= (settings.maxEvaluations ?? Infinity)) return 'max-evaluations';
    if (progress.seconds >= (settings.timeoutSeconds ?? Infinity)) return 'timeout';
    if (progress.fronts.every((front) => front.some(this.isEnough))) return 'early-stop';
    return undefined;
  }

  /** One round of every population of every output. */
  async advance(): Promise<void> {
    const { islands, settings, progress } = this;
    const iteration = progress.iteration + 1;
    const maxsize = sizeLimit(settings, iteration);
    const tasks = islands.flatMap(({ populations }, output) =>
      populations.map(({ buffer }, population) => ({
        output,
        population,
        iteration,
        isNew: iteration === 0,
        maxsize,
        members: buffer,
      })),
    );
    const reports = await this.crew.run(tasks);
    const improved = new Set<number>();
    let { evaluations } = progress;
    for (const report of reports) {
      evaluations += report.evaluations;
      if (this.receive(report)) improved.add(report.output);
    }
    islands.forEach((group, output) => {
      if (iteration > 0) archipelago.migrate(group, settings, maxsize, [settings.seed, output, iteration]);
    });
    this.progress = {
      ...progress,
      iteration,
      evaluations,
      seconds: this.controls.clock === undefined ? 0 : this.controls.clock() - this.startSeconds,
      fronts: progress.fronts.map((front, i) =>
        improved.has(i) ? buildFront(islands[i].hall, this.problems[i]) : front,
      ),
      improved: [...improved],
    };
  }

  /** @returns whether the report brought a better candidate */
  private receive(report: PopulationReport): boolean {
    const group = this.islands[report.output];
    const population = new MemberStore(this.problems[report.output].shape, report.members);
    group.populations[report.population] = population;
    return archipelago.mergeHalls(group.hall, new MemberStore(group.hall.shape, report.hall));
  }

  state(): SearchState {
    const { iteration, evaluations } = this.progress;
    const outputs = this.islands.map(saveArchipelago);
    return { version: 1, fingerprint: this.fingerprint, iteration, evaluations, outputs };
  }

  close(): Promise<void> {
    return this.crew.close();
  }
}

/** Largest complexity in a round while maxsize is warmed up. */
function sizeLimit({ maxsize, warmupMaxsizeBy, iterations }: Settings, iteration: number): number {
  const share = iteration / (warmupMaxsizeBy * iterations);
  return warmupMaxsizeBy > 0 && share < 1
    ? Math.min(maxsize, 3 + Math.floor((maxsize - 3) * share))
    : maxsize;
}

function earlyStop({ earlyStop }: Settings): (entry: FrontEntry) => boolean {
  const { lossBelow, complexityAtMost, condition } = earlyStop ?? {};
  const formula =
    condition === undefined ? undefined : parseInfix(condition, { variables: ['loss', 'complexity'] });
  return ({ loss, complexity }) => {
    if (formula !== undefined && evaluateTree(formula, [loss, complexity]) > 0) return true;
    if (lossBelow === undefined) return false;
    return loss < lossBelow && complexity <= (complexityAtMost ?? Infinity);
  };
}
