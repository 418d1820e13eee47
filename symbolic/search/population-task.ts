/** One round of one population, as a message: what a worker is given and what it gives back. */
import { streams } from './archipelago.ts';
import { Breeder } from './breeder.ts';
import { MemberStore } from './member-store.ts';
import { parseGuesses } from './guesses.ts';
import type { Problem } from './problem.ts';
import { Random } from './random.ts';
import type { Tree } from './tree.ts';

export interface PopulationTask {
  readonly output: number;
  readonly population: number;
  readonly iteration: number;
  readonly isNew: boolean;
  readonly maxsize: number;
  /** Buffer of the population's store; moved, not copied. */
  readonly members: ArrayBuffer;
}

export interface PopulationReport {
  readonly output: number;
  readonly population: number;
  readonly members: ArrayBuffer;
  /** The best of each complexity seen in this round. */
  readonly hall: ArrayBuffer;
  readonly evaluations: number;
}

/** Runs tasks one after another; the result of a task depends on the task and the problems alone. */
export class TaskRunner {
  private readonly problems: readonly Problem[];
  private readonly breeders: (Breeder | undefined)[];

  private readonly guesses: readonly (readonly (readonly Tree[])[])[];

  constructor(problems: readonly Problem[]) {
    this.problems = problems;
    this.guesses = problems.map(parseGuesses);
    this.breeders = problems.map(() => undefined);
  }

  run(task: PopulationTask): PopulationReport {
    const { settings, shape } = this.problems[task.output];
    const breeder = (this.breeders[task.output] ??= new Breeder(this.problems[task.output]));
    const population = new MemberStore(shape, task.members);
    const hall = new MemberStore({ ...shape, capacity: settings.maxsize + 1 });
    const keys = [settings.seed, task.output, task.iteration, task.population, streams.evolution];
    const round = { random: new Random(...keys), maxsize: task.maxsize };
    const before = breeder.judge.evaluator.passes;
    if (task.isNew) breeder.populate(population, hall, round, this.guesses[task.output]);
    else breeder.evolve(population, hall, round);
    return {
      output: task.output,
      population: task.population,
      members: population.buffer,
      hall: hall.buffer,
      evaluations: breeder.judge.evaluator.passes - before,
    };
  }
}
