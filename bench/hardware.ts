/**
 * Our hardware beside the published HLS: latency, interval, differing events, and (with --synth) area and levels.
 *
 * Latency and interval come from the cycle simulation of all recorded events back to back; with --verilator the same
 * events also run through the Verilog, with and without random stalls, and events that differ in any bit or cycle
 * count as mismatched. Area is a sum of blocks by Yosys, frame registers counted; the reference is Vivado's
 * post-synthesis report, so that figure compares two tools.
 *
 *   npm run bench:hardware -- [--design DIR ...] [--mapping fast|small] [--rows] [--verilator] [--synth] [--estimate] [--json]
 *
 * Ends with exit code 1 if a design misses a target (hardware-targets.ts) among the figures measured.
 * With --rows the images of sparse designs come row by row, and a line says the cycles after the last row.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildFrom, chooseHardware } from '../cli/build-hardware.ts';
import { emitNetwork } from '../rtl-templates/verilog/index.ts';
import {
  type HandshakeNoise,
  networkTiming,
  NO_NOISE,
  prepareNetwork,
  simulateTiming,
} from '../sim/cycles/index.ts';
import { missedTargets } from './hardware-targets.ts';
import { importModel } from '../sim/import/index.ts';
import { readEvents } from '../sim/import/vectors/index.ts';
import { widthOf } from '../sim/pipeline/circuit/index.ts';
import type { HardwareCost } from '../sim/estimate/hardware/estimate-hardware.ts';
import { estimateNetwork } from '../sim/estimate/hardware/estimate-network.ts';
import { HARDWARE_MAPPINGS } from '../sim/lower/rtl/index.ts';
import { beatSize, channelOf, type Network } from '../sim/pipeline/network/index.ts';
import { cosimulate } from '../verify/oracles/verilator/cosimulate.ts';
import { synthesise, totalCost } from '../verify/oracles/yosys/synthesise.ts';

const { values: options } = parseArgs({
  options: {
    design: { type: 'string', multiple: true },
    mapping: { type: 'string', multiple: true },
    rows: { type: 'boolean', default: false },
    verilator: { type: 'boolean', default: false },
    synth: { type: 'boolean', default: false },
    estimate: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const GOLDEN = 'golden/sparsepixels';
const STRESS: HandshakeNoise = { gap: 100, stall: 120, seed: 7 };

const designs =
  options.design ??
  readdirSync(GOLDEN)
    .map((name) => join(GOLDEN, name))
    .filter((path) => existsSync(join(path, 'vectors.json')));
const mappings = options.mapping ?? HARDWARE_MAPPINGS;

if (!options.json) {
  write(
    'design                    mapping  events  differ  latency        interval       LC            FF          DSP   levels',
  );
}
for (const path of designs) {
  for (const mapping of mappings) {
    const row = await measure(path, mapping);
    report(row);
    if (row.misses.length > 0) process.exitCode = 1;
  }
}

interface Row {
  readonly design: string;
  readonly mapping: string;
  readonly events: number;
  readonly mismatchedEvents: number;
  readonly verilator: boolean;
  readonly latencyCycles: number;
  readonly intervalCycles: number;
  /** From the acceptance of the last input beat until the result can be taken, the longest. */
  readonly afterLastBeatCycles: number;
  readonly csynthLatency: number | null;
  readonly csynthInterval: number | null;
  readonly logicCells: number | null;
  readonly lut: number | null;
  readonly ff: number | null;
  readonly dsp: number | null;
  readonly bram18k: number | null;
  readonly maxLevels: number | null;
  /** Targets of bench/hardware-targets.ts that are missed, among the figures measured here. */
  readonly misses: readonly string[];
  /** What sim/estimate says, with --estimate. */
  readonly estimated: HardwareCost | null;
  readonly vivado: Readonly<Record<string, number>> | null;
}

async function measure(path: string, mapping: string): Promise<Row> {
  const { model } = importModel(path);
  const chosen = chooseHardware(model, mapping);
  const network = buildFrom(
    model,
    options.rows && 'interval' in chosen ? { ...chosen, input: 'rows' } : chosen,
  );
  const events = readEvents(join(path, 'vectors.json'), model);
  const inputs = events.map(({ input }) => Float64Array.from(input, Number));
  const recorded = (
    JSON.parse(readFileSync(join(path, 'vectors.json'), 'utf8')) as { events: { y_raw: number[] }[] }
  ).events;
  const run = prepareNetwork(network);
  const outputs = inputs.map((input) => [...run(input).get(network.output)!]);
  const { events: results, channels: simulated } = simulateTiming(network, inputs.length);
  const entered = simulated.find(({ name }) => name === network.input)!;
  const lastBeats = results.map((_, index) => entered.read[(index + 1) * entered.beatsPerEvent - 1]);
  const wrong = new Set(
    inputs.flatMap((_, index) =>
      results[index] && String(outputs[index]) === String(recorded[index].y_raw) ? [] : [index],
    ),
  );
  const design = emitNetwork(network, networkTiming(network), { tensors: model });
  if (options.verilator) {
    const { beat, beatsPerEvent } = channelOf(network, network.input);
    const beats = inputs.flatMap((input) => packBeats(input, beatSize(beat), widthOf(beat[0].range)));
    for (const noise of [NO_NOISE, STRESS]) {
      const { events: expected, channels } = simulateTiming(network, inputs.length, noise);
      const left = channels.find(({ name }) => name === network.output)!;
      const got = await cosimulate(design, beats, noise, { cache: '.cache/verilator' });
      expected.forEach(({ accepted }, index) => {
        const event = got[index];
        const each = left.beatsPerEvent;
        const same =
          event?.accepted === accepted &&
          String(event.beats) === String([...left.read.slice(index * each, (index + 1) * each)]) &&
          String(event.output) === patterns(design.top.outputWidths, outputs[index]);
        if (!same) wrong.add(index);
      });
      if (beats.length !== beatsPerEvent * inputs.length) throw new RangeError('an event has other beats');
    }
  }
  const cost = options.synth
    ? totalCost(design, await synthesise(design, { cache: '.cache/yosys' }))
    : undefined;
  const published = publishedOf(path);
  const figures = {
    design: path.split('/').at(-1)!,
    mapping,
    events: events.length,
    mismatchedEvents: wrong.size,
    verilator: options.verilator,
    latencyCycles: Math.max(...results.map(({ accepted, firstOut }) => firstOut - accepted)),
    intervalCycles: Math.max(
      ...results.slice(1).map(({ accepted }, index) => accepted - results[index].accepted),
    ),
    afterLastBeatCycles: Math.max(...results.map(({ firstOut }, index) => firstOut - lastBeats[index])),
    csynthLatency: published?.latency ?? null,
    csynthInterval: published?.interval ?? null,
    logicCells: cost?.logicCells ?? null,
    lut: cost?.lut ?? null,
    ff: cost?.ff ?? null,
    dsp: cost?.dsp ?? null,
    bram18k: cost?.bram18k ?? null,
    maxLevels: cost?.maxLevels ?? null,
    estimated: options.estimate ? estimated(network) : null,
    vivado: published?.vivado ?? null,
  };
  return { ...figures, misses: options.rows ? [] : missedTargets(model, figures) };
}

function estimated(network: Network): HardwareCost {
  return estimateNetwork(network).total;
}

/** Elements beat after beat, as bits. */
function patterns(widths: readonly number[], output: readonly number[]): string {
  return String(output.map((value, index) => BigInt.asUintN(widths[index % widths.length], BigInt(value))));
}

/** Input beats of so many elements each, the first in the lowest bits. */
function packBeats(input: ArrayLike<number>, elements: number, width: number): bigint[] {
  const digits = Array.from(input, (value) =>
    BigInt.asUintN(width, BigInt(value)).toString(2).padStart(width, '0'),
  );
  return Array.from({ length: digits.length / elements }, (_, beat) =>
    BigInt(
      `0b${digits
        .slice(beat * elements, (beat + 1) * elements)
        .reverse()
        .join('')}`,
    ),
  );
}

function publishedOf(path: string) {
  const file = join(path, 'reports.json');
  if (!existsSync(file)) return undefined;
  const { top, vivado } = JSON.parse(readFileSync(file, 'utf8')) as {
    top: { latency: { max: number }; interval: { max: number } };
    vivado: { top: Record<string, number> };
  };
  return { latency: top.latency.max, interval: top.interval.max, vivado: vivado.top };
}

function report(row: Row): void {
  if (options.json) {
    write(JSON.stringify(row));
    return;
  }
  const ratio = (ours: number | null, theirs: number | null | undefined) =>
    ours === null
      ? '-'
      : theirs === null || theirs === undefined
        ? String(ours)
        : `${ours}/${theirs} ${(ours / Math.max(theirs, 1)).toFixed(2)}`;
  const { vivado } = row;
  write(
    [
      row.design.padEnd(25),
      row.mapping.padEnd(8),
      String(row.events).padStart(6),
      String(row.mismatchedEvents).padStart(7),
      ` ${ratio(row.latencyCycles, row.csynthLatency).padEnd(14)}`,
      ratio(row.intervalCycles, row.csynthInterval).padEnd(12),
      ratio(row.logicCells, vivado?.['Total LUTs']).padEnd(20),
      ratio(row.ff, vivado?.['FFs']).padEnd(20),
      ratio(row.dsp, vivado?.['DSP Blocks']).padEnd(12),
      row.maxLevels === null ? '-' : String(row.maxLevels),
    ].join(' '),
  );
  if (row.misses.length > 0) write(`  misses its targets: ${row.misses.join('; ')}`);
  if (options.rows) write(`  after the last row: ${row.afterLastBeatCycles} cycles`);
  if (row.estimated) {
    const { logicCells, ff, dsp, bram18k } = row.estimated;
    write(
      `  estimated${' '.repeat(58)} LC ${ratio(logicCells, row.logicCells)}  FF ${ratio(ff, row.ff)}  ` +
        `DSP ${ratio(dsp, row.dsp)}  RAMB18 ${ratio(bram18k, row.bram18k)}`,
    );
  }
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
