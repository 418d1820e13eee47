/** `pipewright simulate`: events through a design, cycle by cycle. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SIMULATE_SCHEMA, type SimulateReport } from '../schemas/cycle-reports.ts';
import type { CycleRecord, DepthChange, HandshakeNoise, RunStatistics } from '../sim/cycles/index.ts';
import type { Event } from '../sim/import/vectors/index.ts';
import { InputError } from '../sim/model/index.ts';
import {
  EXIT,
  newCommand,
  MODEL_HELP,
  percentage,
  positiveNumber,
  print,
  printJson,
  run,
  writeAllAtomically,
  CONFIG_HELP,
  CONFIG_OPTION,
} from './command.ts';
import {
  type CycleDesign,
  type DesignOptions,
  MAPPING_HELP,
  PROFILE_HELP,
  readDesign,
  resizable,
  titleOf,
} from './cycle-input.ts';
import { channelTable, deadlockLines, figure, stageTable, timingLines } from './cycle-tables.ts';
import { writeWaveforms } from './write-waveforms.ts';
import { simulateValues, type SimulatedValues } from './simulate-values.ts';

export interface SimulateOptions extends DesignOptions {
  readonly input?: string;
  readonly events?: number;
  readonly gap: number;
  readonly stall: number;
  readonly seed: number;
  readonly every?: number;
  readonly stats?: true;
  readonly log?: string;
  readonly vcd?: string;
  readonly fst?: string;
  readonly saif?: string;
  readonly from?: number;
  readonly to?: number;
  readonly elements: number;
  readonly json?: true;
}

/** Events without an input file: enough to see the interval settle. */
const EVENTS = 4;

export function simulateCommand(): Command {
  return newCommand(
    'simulate',
    'Run events through a design, cycle by cycle: outputs bit for bit, latency, occupancy, stalls, deadlocks.',
    [
      'pipewright simulate golden/sparsepixels/neutrino-8b-sparse_m --input golden/sparsepixels/neutrino-8b-sparse_m/vectors.json',
      'pipewright simulate golden/sparsepixels/jet-8b-full --profile hls4ml-1.3.0 --events 5 --stats',
      'pipewright simulate my-model.json --input events.npy --mapping small --stall 50 --log run.json --json',
      'pipewright simulate my-model.json --input events.npy --events 1 --vcd run.vcd --from 100 --to 400',
    ],
  )
    .argument('<model>', MODEL_HELP)
    .option('-i, --input <file>', 'events: .json, .npy, .npz, .csv or white-space text; timing alone without')
    .option('-m, --mapping <name|file>', MAPPING_HELP)
    .option('--profile <name>', PROFILE_HELP)
    .addOption(
      number('--clock <ns>', 'clock period that operations are scheduled for (default: 5, or the Mapping)'),
    )
    .addOption(whole('--events <n>', `only the first n events; without input so many (default ${EVENTS})`))
    .addOption(
      whole('--every <cycles>', 'offer an event every so many cycles (default: as fast as they are taken)'),
    )
    .addOption(share('--gap <percent>', 'cycles in which no beat is offered').default(0))
    .addOption(share('--stall <percent>', 'cycles in which no output is taken').default(0))
    .addOption(whole('--seed <n>', 'of gaps and stalls').default(1))
    .option('--stats', 'what every stage and channel did')
    .option('--log <file>', 'write the run as an event log (schemas/event-log-1.json)')
    .option('--vcd <file>', 'write waveforms')
    .option('--fst <file>', "write waveforms by GTKWave's vcd2fst")
    .option('--saif <file>', 'write switching activity; our hardware with input only')
    .addOption(cycleOption('--from <cycle>', 'first cycle of the waveforms'))
    .addOption(cycleOption('--to <cycle>', 'last cycle of the waveforms'))
    .addOption(whole('--elements <n>', 'elements of a beat in the waveforms').default(16))
    .option(CONFIG_OPTION, CONFIG_HELP)
    .option('--json', 'JSON on stdout')
    .action((path: string, options: SimulateOptions) =>
      run(options.json ?? false, () => simulate(path, options)),
    );
}

async function simulate(path: string, options: SimulateOptions): Promise<number> {
  const { eventLogOf, statisticsOf, withRegionStages } = await import('../sim/cycles/index.ts');
  const design = await readDesign(path, options);
  if (options.saif !== undefined && (design.kind === 'hls' || options.input === undefined)) {
    throw new InputError({
      code: 'CLI032',
      field: '--saif',
      what: 'switching activity is that of the nets of our hardware, and of values',
      mend: 'give --input, and leave --profile out',
    });
  }
  if (design.kind === 'hardware' && options.every !== undefined) {
    throw new InputError({
      code: 'CLI033',
      field: '--every',
      what: 'works with --profile only',
      mend: 'use --gap',
    });
  }
  const events = await readInput(design, options);
  const count = events?.length ?? options.events ?? EVENTS;
  const noise = { gap: options.gap, stall: options.stall, seed: options.seed };
  const bare = await runDesign(design, count, noise, options.every);
  const record = design.kind === 'hardware' ? withRegionStages(design.network, bare) : bare;
  const shows = options.vcd !== undefined || options.fst !== undefined || options.saif !== undefined;
  const values =
    events === undefined || (design.kind === 'hls' && !shows)
      ? undefined
      : await simulateValues(design, events);
  const mend = record.deadlock === null ? [] : await smallestMend(design, count, noise, options.every);

  if (options.log !== undefined) {
    writeAllAtomically([[options.log, `${JSON.stringify(eventLogOf(record, design.clockNs))}\n`]]);
  }
  if (shows) await writeWaveforms(design, record, values, options);

  const statistics = statisticsOf(record);
  const report = reportOf(design, record, statistics, { events, values, mend });
  if (options.json) printJson(report);
  else printText(design, report, statistics, mend, options.stats ?? false);
  return record.deadlock === null ? EXIT.ok : EXIT.different;
}

async function readInput(
  { model }: CycleDesign,
  options: SimulateOptions,
): Promise<readonly Event[] | undefined> {
  if (options.input === undefined) return undefined;
  const { readEvents } = await import('../sim/import/vectors/index.ts');
  return readEvents(options.input, model).slice(0, options.events);
}

async function runDesign(
  design: CycleDesign,
  events: number,
  noise: HandshakeNoise,
  every: number | undefined,
): Promise<CycleRecord> {
  const { simulatePipeline, simulateTiming } = await import('../sim/cycles/index.ts');
  return design.kind === 'hls'
    ? simulatePipeline(design.pipeline, { events, noise, ...(every !== undefined && { every }) })
    : simulateTiming(design.network, events, noise);
}

async function smallestMend(
  design: CycleDesign,
  events: number,
  noise: HandshakeNoise,
  every: number | undefined,
): Promise<readonly DepthChange[]> {
  const { breakDeadlock } = await import('../sim/cycles/index.ts');
  return breakDeadlock(await resizable(design, { events, noise, ...(every !== undefined && { every }) }));
}

function reportOf(
  design: CycleDesign,
  record: CycleRecord,
  statistics: RunStatistics,
  run: {
    readonly events: readonly Event[] | undefined;
    readonly values: SimulatedValues | undefined;
    readonly mend: readonly DepthChange[];
  },
): SimulateReport {
  return {
    schema: SIMULATE_SCHEMA,
    model: design.model.name,
    profile: design.kind === 'hls' ? design.profile : null,
    mapping: design.kind === 'hardware' ? design.mapping : null,
    clockNs: design.clockNs,
    cycles: statistics.cycles,
    latency: statistics.latency,
    completeLatency: statistics.completeLatency,
    interval: statistics.interval,
    departure: statistics.departure,
    startToEnd: statistics.startToEnd,
    channels: [...statistics.channels],
    stages: [...statistics.stages],
    events: record.events.map(({ index, accepted, firstOut, lastOut }) => ({
      id: run.events?.[index].id ?? String(index),
      accepted,
      firstOut,
      lastOut,
      ...(run.values?.outputs !== undefined && { output: Array.from(run.values.outputs[index]) }),
    })),
    deadlock: record.deadlock && {
      ...record.deadlock,
      waitFor: [...record.deadlock.waitFor],
      mend: [...run.mend],
    },
  };
}

function printText(
  design: CycleDesign,
  report: SimulateReport,
  statistics: RunStatistics,
  mend: readonly DepthChange[],
  stats: boolean,
): void {
  for (const { id, accepted, firstOut, lastOut, output } of report.events) {
    const until = firstOut === lastOut ? '' : ` to ${lastOut}`;
    if (output !== undefined) print(`${id}  cycle ${accepted} -> ${firstOut}${until}  ${output.join(' ')}`);
  }
  print(
    `${titleOf(design)}: ${report.events.length} events in ${figure(report.cycles)} cycles of ${design.clockNs} ns`,
  );
  for (const line of timingLines(statistics)) print(line);
  if (stats) print(`\n${stageTable(statistics)}\n\n${channelTable(statistics)}`);
  if (report.deadlock !== null) print(deadlockLines(report.deadlock, mend).join('\n'));
}

function number(flags: string, help: string): Option {
  return new Option(flags, help).argParser(inCall(positiveNumber(flags.split(' ')[0])));
}

function whole(flags: string, help: string): Option {
  return new Option(flags, help).argParser((text) => wholeNumber(text, 1));
}

function cycleOption(flags: string, help: string): Option {
  return new Option(flags, help).argParser((text) => wholeNumber(text, 0));
}

/** A percentage as a count of 1/256. */
function share(flags: string, help: string): Option {
  const parse = percentage(flags.split(' ')[0]);
  return new Option(flags, help).argParser(inCall((text) => Math.min(255, Math.round(parse(text) * 2.56))));
}

/** A parser that complains as commander does about a wrong call. */
export function inCall(parse: (text: string) => number): (text: string) => number {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof InputError) throw new InvalidArgumentError(`${error.problem.what}.`);
      throw error;
    }
  };
}

export function wholeNumber(text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
}
