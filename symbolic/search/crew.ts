/** Who evolves the populations: this thread, or several workers. */
import { setImmediate } from 'node:timers/promises';
import { TaskRunner, type PopulationReport, type PopulationTask } from './population-task.ts';
import type { Problem } from './problem.ts';

export interface Crew {
  /** Carries out all tasks; reports come back in the order of the tasks. */
  run(tasks: readonly PopulationTask[]): Promise<PopulationReport[]>;
  close(): Promise<void>;
}

/** Works in this thread, and lets other events through between tasks. */
export function localCrew(problems: readonly Problem[]): Crew {
  const runner = new TaskRunner(problems);
  return {
    async run(tasks) {
      const reports: PopulationReport[] = [];
      for (const task of tasks) {
        reports.push(runner.run(task));
        await setImmediate();
      }
      return reports;
    },
    close: () => Promise.resolve(),
  };
}
