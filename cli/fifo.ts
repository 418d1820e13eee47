/** `pipewright fifo`: the least depths of a design's FIFOs, with the proof that a beat less is worse. */
import { type Command, Option } from 'commander';
import { FIFO_SCHEMA, type FifoReport } from '../schemas/cycle-reports.ts';
import type { FifoSizes, OneLess } from '../sim/cycles/index.ts';
import { InputError, type Mapping } from '../sim/model/index.ts';
import {
  MODEL_HELP,
  newCommand,
  positiveNumber,
  print,
  printJson,
  run,
  writeAtomically,
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
import { deadlockLines, figure, spreadText, timingLines } from './cycle-tables.ts';
import { startProgress } from './progress.ts';
import { inCall, wholeNumber } from './simulate.ts';
import { table } from './table.ts';

interface Options extends DesignOptions {
  readonly events: number;
  readonly out?: string;
  readonly json?: true;
}

/** Back-to-back events: the FIFOs of a stream fill up within one or two. */
const EVENTS = 4;

export function fifoCommand(): Command {
  return newCommand(
    'fifo',
    'Find the least FIFO depths for unchanged latency and interval, each with what a beat less does.',
    [
      'pipewright fifo golden/sparsepixels/jet-8b-full --profile hls4ml-1.3.0',
      'pipewright fifo my-model.json --profile hls4ml-1.3.0 --mapping my.mapping.json -o sized.mapping.json',
      'pipewright fifo golden/sparsepixels/neutrino-8b-full --mapping small --json',
    ],
  )
    .argument('<model>', MODEL_HELP)
    .option('-m, --mapping <name|file>', MAPPING_HELP)
    .option('--profile <name>', PROFILE_HELP)
    .addOption(new Option('--clock <ns>', 'clock period').argParser(inCall(positiveNumber('--clock'))))
    .addOption(
      new Option('--events <n>', 'back-to-back events to hold the cycles for')
        .argParser((text) => wholeNumber(text, 1))
        .default(EVENTS),
    )
    .option('-o, --out <file>', 'write the Mapping with these depths; HLS streams only')
    .option(CONFIG_OPTION, CONFIG_HELP)
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => fifo(path, options)));
}

async function fifo(path: string, options: Options): Promise<void> {
  const { sizeFifos } = await import('../sim/cycles/index.ts');
  const design = await readDesign(path, options);
  if (options.out !== undefined && (design.kind === 'hardware' || design.io !== 'stream')) {
    throw new InputError({
      code: 'CLI035',
      field: '--out',
      what: 'only the FIFOs of HLS streams take their depths from a Mapping',
      mend: 'leave --out out, or give the --profile of a streaming design',
    });
  }
  const subject = await resizable(design, { events: options.events });
  const progress = startProgress('sizing', subject.fifos.length);
  const sizes = sizeFifos(subject, () => progress.step());
  progress.stop();

  const report = await reportOf(design, options.events, sizes);
  if (options.out !== undefined && design.kind === 'hls') {
    const { mappingSchema } = await import('../sim/model/index.ts');
    const document = mappingSchema.encode(withDepths(design.mapping, sizes));
    writeAtomically(options.out, `${JSON.stringify(document, null, 2)}\n`);
  }
  if (options.json) printJson(report);
  else printText(design, report);
}

/** A tensor and its copies share a depth: the largest that one of them needs. */
function withDepths(mapping: Mapping, { fifos }: FifoSizes): Mapping {
  const fifoDepths = { ...mapping.fifoDepths };
  for (const { channel } of fifos) delete fifoDepths[channel.split('@')[0]];
  for (const { channel, depth } of fifos) {
    const tensor = channel.split('@')[0];
    fifoDepths[tensor] = Math.max(fifoDepths[tensor] ?? 1, depth);
  }
  return { ...mapping, fifoDepths };
}

async function reportOf(design: CycleDesign, events: number, sizes: FifoSizes): Promise<FifoReport> {
  const bits = (of: 'declared' | 'depth') =>
    sizes.fifos.reduce((sum, fifo) => sum + fifo[of] * fifo.beatBits, 0);
  return JSON.parse(
    JSON.stringify({
      schema: FIFO_SCHEMA,
      model: design.model.name,
      profile: design.kind === 'hls' ? design.profile : null,
      mapping: design.kind === 'hardware' ? design.mapping : null,
      events,
      ...sizes,
      saved: {
        bits: { declared: bits('declared'), sized: bits('depth') },
        bram18k: await blockRams(design, sizes),
      },
    }),
  ) as FifoReport;
}

async function blockRams(design: CycleDesign, sizes: FifoSizes) {
  if (design.kind === 'hardware') return null;
  const { estimate } = await import('../sim/estimate/index.ts');
  const of = (mapping: Mapping) =>
    estimate(design.model, mapping, { profile: design.profile }).resources.csynth.bram18k;
  return { declared: of(design.mapping), sized: of(withDepths(design.mapping, sizes)) };
}

function printText(design: CycleDesign, report: FifoReport): void {
  const { fifos, declared, sized, unlimited, saved } = report;
  print(`${titleOf(design)}: ${report.simulations} runs of ${report.events} events\n`);
  print('with room without end');
  for (const line of timingLines({ ...unlimited, startToEnd: null })) print(`  ${line}`);
  print(`the declared depths ${describe(declared, unlimited)}; the least ones ${describe(sized, unlimited)}`);
  if (declared.deadlock !== null) print(deadlockLines(declared.deadlock, []).join('\n'));
  print('');
  if (fifos.length === 0) {
    print('no FIFO joins two stages of this design');
    return;
  }
  print(
    table(
      ['FIFO', 'bits a beat', 'declared', 'observed', 'least', 'a beat less'],
      fifos.map(({ channel, beatBits, declared: own, observed, depth, oneLess }) => [
        channel,
        ...[beatBits, own, observed, depth].map(figure),
        oneLessText(oneLess),
      ]),
    ),
  );
  const { bits, bram18k } = saved;
  print(`\nbits ${figure(bits.declared)} -> ${figure(bits.sized)}`);
  if (bram18k !== null)
    print(
      `block RAMs of the design by the estimate (18 Kb) ${figure(bram18k.declared)} -> ${figure(bram18k.sized)}`,
    );
}

function describe(timing: FifoReport['declared'], best: FifoReport['declared']): string {
  if (timing.deadlock !== null) return 'stand still';
  if (timing.departure === null || best.departure === null) return 'let the event leave as early';
  const same = timing.departure.max === best.departure.max && timing.departure.mean === best.departure.mean;
  return same
    ? 'let every event leave as early'
    : `give a result every ${spreadText(timing.departure)} cycles`;
}

function oneLessText(oneLess: OneLess | FifoReport['fifos'][number]['oneLess']): string {
  if (oneLess === null) return 'there is no less';
  if (oneLess.kind === 'deadlock') {
    return `${oneLess.depth}: deadlock, nothing moves after cycle ${figure(oneLess.deadlock.cycle)}`;
  }
  const { depth, event, lastOut, insteadOf, timing } = oneLess;
  const interval = timing.departure === null ? '' : `, a result every ${spreadText(timing.departure)} cycles`;
  return `${depth}: event ${event} leaves in cycle ${figure(lastOut)} instead of ${figure(insteadOf)}${interval}`;
}
