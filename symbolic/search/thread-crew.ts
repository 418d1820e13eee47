/**
 * Worker threads that evolve populations. Any of them may take any task: results do not depend on which.
 *
 * Runs from source (the worker is started with tsx) and from the built package, where the bundle holds an entry
 * `search-worker.js` beside this code.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Crew } from './crew.ts';
import type { PopulationReport, PopulationTask } from './population-task.ts';
import type { WorkerSetup } from './search-worker.ts';

export function threadCrew(count: number, setup: WorkerSetup): Crew {
  const workers = Array.from({ length: count }, () => startWorker(setup));
  return {
    async run(tasks) {
      const reports = new Array<PopulationReport>(tasks.length);
      let next = 0;
      await Promise.all(
        workers.map(async (worker) => {
          while (next < tasks.length) {
            const index = next++;
            reports[index] = await ask(worker, tasks[index]);
          }
        }),
      );
      return reports;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function startWorker(workerData: WorkerSetup): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./search-worker.js', import.meta.url), { workerData });
  }
  // From source, the worker first registers the loader of TypeScript.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const loader = new URL('./dist/esm/api/index.mjs', tsx).href;
  const entry = new URL('./search-worker.ts', import.meta.url).href;
  const start = `import('${loader}').then(({ register }) => { register(); return import('${entry}'); });`;
  return new Worker(start, { eval: true, workerData });
}

function ask(worker: Worker, task: PopulationTask): Promise<PopulationReport> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => () => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      action();
    };
    const onMessage = (report: PopulationReport): void => settle(() => resolve(report))();
    const onError = (error: Error): void => settle(() => reject(error))();
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`a search worker ended with code ${code}`)))();
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(task, [task.members]);
  });
}
