/** Entry of a worker thread: evolves the populations it is sent, until it is terminated. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadObjectives } from './objectives.ts';
import { TaskRunner, type PopulationTask } from './population-task.ts';
import { buildProblem, type OutputData } from './problem.ts';
import type { Settings } from './settings.ts';
import type { ObjectiveModule } from './types.ts';

export interface WorkerSetup {
  readonly outputs: readonly OutputData[];
  /** Without objectives, which travel as modules. */
  readonly settings: Settings;
  readonly objectives: readonly ObjectiveModule[];
}

const { outputs, settings, objectives } = workerData as WorkerSetup;
const terms = await loadObjectives(objectives);
const runner = new TaskRunner(outputs.map((data) => buildProblem(data, settings, terms)));

parentPort?.on('message', (task: PopulationTask) => {
  const report = runner.run(task);
  parentPort?.postMessage(report, [report.members, report.hall]);
});
