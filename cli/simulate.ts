/** `pipewright simulate`: our hardware cycle by cycle, values and timing together. */
import type { Command } from 'commander';
import { buildHardware, MAPPING_HELP, MAPPING_OPTION } from './build-hardware.ts';
import { newCommand, positiveNumber, print, printJson, run } from './command.ts';

interface Options {
  readonly input: string;
  readonly mapping: string;
  readonly clock: string;
  readonly gap: string;
  readonly stall: string;
  readonly seed: string;
  readonly events?: string;
  readonly json?: true;
}

export function simulateCommand(): Command {
  return newCommand(
    'simulate',
    'Run events through our hardware: outputs bit for bit, and the cycle of every handshake.',
    [
      'pipewright simulate golden/sparsepixels/neutrino-8b-sparse_m --input golden/sparsepixels/neutrino-8b-sparse_m/vectors.json',
      'pipewright simulate my-model.json --input events.npy --mapping small --stall 50 --json',
    ],
  )
    .argument('<model>', 'a SparsePixels design folder, or a Model document (.json)')
    .requiredOption('-i, --input <file>', 'events: .json, .npy, .npz, .csv or white-space text')
    .option(MAPPING_OPTION, MAPPING_HELP, 'fast')
    .option('--clock <ns>', 'clock period that operations are scheduled for', '5')
    .option('--events <n>', 'only the first n events')
    .option('--gap <percent>', 'cycles in which no event is offered', '0')
    .option('--stall <percent>', 'cycles in which no output is taken', '0')
    .option('--seed <n>', 'of gaps and stalls', '1')
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => simulate(path, options)));
}

async function simulate(path: string, options: Options): Promise<void> {
  const { importModel } = await import('../sim/import/index.ts');
  const { readEvents } = await import('../sim/import/vectors/index.ts');
  const { regionTiming, simulateRegion } = await import('../sim/cycles/index.ts');
  const { model } = importModel(path);
  const schedule = buildHardware(model, options.mapping, positiveNumber('--clock')(options.clock));
  const all = readEvents(options.input, model);
  const events =
    options.events === undefined ? all : all.slice(0, positiveNumber('--events')(options.events));
  const noise = {
    gap: share('--gap', options.gap),
    stall: share('--stall', options.stall),
    seed: positiveNumber('--seed')(options.seed),
  };
  const results = simulateRegion(
    schedule,
    events.map(({ input }) => Float64Array.from(input, Number)),
    noise,
  );
  const latencies = results.map(({ accepted, taken }) => taken - accepted);
  const intervals = results.slice(1).map(({ accepted }, index) => accepted - results[index].accepted);
  const report = {
    mapping: options.mapping,
    clockNs: schedule.clockNs,
    ...regionTiming(schedule),
    latency: spread(latencies),
    interval: spread(intervals),
    events: results.map((result, index) => ({ id: events[index].id, ...result })),
  };
  if (options.json) {
    printJson(report);
    return;
  }
  for (const { id, accepted, taken, output } of report.events)
    print(`${id}  cycle ${accepted} -> ${taken}  ${output.join(' ')}`);
  print(`latency ${spreadText(report.latency)} cycles, interval ${spreadText(report.interval)} cycles`);
}

interface Spread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { min: Math.min(...values), mean, max: Math.max(...values) };
}

function spreadText(value: Spread | null): string {
  if (!value) return 'none';
  return value.min === value.max
    ? String(value.min)
    : `${value.min} to ${value.max}, mean ${value.mean.toFixed(1)}`;
}

/** A percentage as a count of 1/256. */
function share(option: string, text: string): number {
  return text === '0' ? 0 : Math.min(255, Math.round(positiveNumber(option)(text) * 2.56));
}
