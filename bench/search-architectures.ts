/**
 * Micro-architectures of the search for the first N active pixels, side by side: cycles, logic cells and levels.
 *
 * Each is a Circuit, so that one scheduler cuts all of them into steps for the same clock from the same delay table,
 * and Yosys counts the same way (docs/adr/0011). Each is compared with a plain loop on random frames, and with
 * --verilator once more as Verilog.
 *
 *   npm run bench:search-architectures -- [--size 16] [--slots 8] [--ports 2] [--frames 200] [--verilator] [--cycles] [--fmax] [--only NAME]
 *
 * With --cycles nothing is synthesised; with --fmax each is also placed and routed for ECP5.
 */
import { parseArgs } from 'node:util';
import { ufixed, uint } from 'fixed-point-ts';
import { emitVerilog } from '../rtl-templates/verilog/index.ts';
import { NO_NOISE, prepareCircuit, readView } from '../sim/cycles/index.ts';
import { asEvent, type SlotsValue } from '../sim/lower/rtl/lowering.ts';
import { lowerSearch } from '../sim/lower/rtl/search.ts';
import {
  type Circuit,
  CircuitBuilder,
  compose,
  expand,
  reshape,
  schedule,
  slice,
  transpose,
  ULTRASCALE_PLUS,
  type View,
} from '../sim/pipeline/circuit/index.ts';
import { cosimulate } from '../verify/oracles/verilator/cosimulate.ts';
import { measureFmax } from '../verify/oracles/yosys/ecp5/measure-fmax.ts';
import { findNextpnr, NEXTPNR_DEVICE, NEXTPNR_HELP } from '../verify/oracles/yosys/ecp5/nextpnr.ts';
import { synthesise } from '../verify/oracles/yosys/synthesise.ts';

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '16' },
    slots: { type: 'string', default: '8' },
    ports: { type: 'string', default: '2' },
    frames: { type: 'string', default: '200' },
    verilator: { type: 'boolean', default: false },
    cycles: { type: 'boolean', default: false },
    fmax: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const [size, slots, ports] = [Number(options.size), Number(options.slots), Number(options.ports)];
const BITS = 8;
const CLOCK_NS = 5;
const coordinates = Array.from({ length: size }, (_, index) => index);
const coordinateBits = Math.max(1, (size - 1).toString(2).length);

interface Architecture {
  readonly name: string;
  readonly circuit: Circuit;
  /** Kept pixels of a frame by the circuit's values: [feature, row, column] each. */
  readonly search: (frame: readonly number[]) => readonly (readonly number[])[];
  /** From the cycles of one run of the circuit to those until all slots are there, and until the next event may come. */
  readonly cycles: (latency: number) => readonly [latency: number, interval: number];
}

/** Ours: rows by running counts, pixels by rank in the row; `ports` slots a cycle, no feedback. */
function rankAndSelect(): Architecture {
  const interval = Math.max(5, Math.ceil(slots / ports));
  const { b, x } = builder('rank_select', interval);
  const type = uint(BITS);
  const layer = {
    kind: 'sparse-input-reduce' as const,
    dialect: 'sparsepixels-0.2.1' as const,
    name: 'search',
    inputs: ['x'],
    outputs: ['kept', 'places'],
    threshold: 0n,
    indexBits: 12,
  };
  const [kept, places] = lowerSearch(layer, {
    b,
    choices: { name: 'bench', clockNs: CLOCK_NS, interval, pixelsPerCycle: ports, slotsPerCycle: {} },
    constant: () => {
      throw new Error('a search has no constants');
    },
    inputs: [
      {
        kind: 'dense',
        view: { ...x, shape: [size, size, 1], strides: [size, 1, 1] },
        type: ufixed(BITS, BITS),
      },
    ],
    outputs: [
      { shape: [slots, 1], type },
      { shape: [slots, 2], type },
    ],
  });
  if (places.kind !== 'places') throw new Error('the search gives no places');
  const features = reshape(asEvent(b, kept as SlotsValue), [slots]);
  const circuit = b.finish([features, places.row, places.column]);
  return {
    name: 'rank and select',
    circuit,
    search: once(circuit),
    cycles: (latency) => [latency, interval],
  };
}

/** Every pixel moves left by the number of empty ones before it, one bit of that number a step; lanes that no slot reads are left out. */
function compaction(): Architecture {
  const { b, x } = builder('compaction', 1);
  const pixels = size * size;
  const flat = reshape(x, [pixels]);
  const active = b.less(b.constant([0]), flat);
  const place = b.constant(
    Array.from(
      { length: pixels },
      (_, index) => Math.floor(index / size) * 2 ** coordinateBits + (index % size),
    ),
  );
  const none = b.constant([0]);
  let items = b.select(active, b.join(b.join(flat, place, 2 * coordinateBits), active, 1), none);
  let distance = compose.prefixSum(b, b.not(active));
  const bits = pixels.toString(2).length;
  for (let bit = 0; bit < bits; bit++) {
    const [step, had] = [2 ** bit, items.shape[0]];
    const needed = Math.min(had, slots + 2 ** bits - 2 ** (bit + 1));
    const moves = b.and(b.wrap(items, 1, false), b.wrap(b.round(distance, bit, 'TRN'), 1, false));
    const stays = b.not(moves);
    const from = (view: View) => {
      const there = Math.max(0, Math.min(had, needed + step) - step);
      const shifted = there > 0 ? [slice(view, 0, step, step + there)] : [];
      const zeros = there < needed ? [b.constant(new Array<number>(needed - there).fill(0))] : [];
      return b.concat([...shifted, ...zeros], 0);
    };
    const here = (view: View) => slice(view, 0, 0, needed);
    const move = (view: View) => b.select(from(moves), from(view), b.select(here(stays), here(view), none));
    [items, distance] = [move(items), move(distance)];
  }
  const index = b.wrap(b.round(items, 1, 'TRN'), 2 * coordinateBits, false);
  const circuit = b.finish([
    b.round(items, 1 + 2 * coordinateBits, 'TRN'),
    b.round(index, coordinateBits, 'TRN'),
    b.wrap(index, coordinateBits, false),
  ]);
  return { name: 'compaction', circuit, search: once(circuit), cycles: (latency) => [latency, 1] };
}

/** The first active row by a tree, the first active pixel in it by a tree, cleared for the next: a loop, a slot a turn. */
function priorityTrees(): Architecture {
  const { b, x, left } = builder('priority', 5, true);
  const rowHot = compose.firstOfThermometer(b, prefixOr(b, b.any(left)));
  const inRow = (values: View) => b.oneHot(expand(rowHot, 0), transpose(values, [1, 0]));
  const columnHot = compose.firstOfThermometer(b, prefixOr(b, inRow(left)));
  const taken = b.and(expand(rowHot, 1), expand(columnHot, 0));
  const circuit = b.finish([
    b.oneHot(columnHot, inRow(x)),
    b.oneHot(rowHot, b.constant(coordinates)),
    b.oneHot(columnHot, b.constant(coordinates)),
    b.and(left, b.not(taken)),
  ]);
  const turn = prepareCircuit(circuit);
  const search = (frame: readonly number[]) => {
    let active = frame.map((value) => Number(value > 0));
    return Array.from({ length: slots }, () => {
      const values = turn([frame, active]);
      const [[feature], [row], [column], remaining] = circuit.outputs.map((view) => readView(view, values));
      active = remaining;
      return [feature, row, column];
    });
  };
  // What goes round is the mask of pixels left: the steps until it is made.
  const loop =
    schedule({ ...circuit, outputs: circuit.outputs.slice(3) }, CLOCK_NS, ULTRASCALE_PLUS).lastStep + 1;
  return {
    name: 'priority trees',
    circuit,
    search,
    cycles: (latency) => [latency + (slots - 1) * loop, slots * loop],
  };
}

/** @param turns  whether the mask of pixels left comes with the frame */
function builder(name: string, interval: number, turns = false) {
  const b = new CircuitBuilder(name, interval);
  const x = b.input('x', [size, size], { lo: 0, hi: 2 ** BITS - 1 });
  const left = turns ? b.input('left', [size, size], { lo: 0, hi: 1 }) : x;
  b.stage('search', name);
  return { b, x, left };
}

/** As compose.prefixSum, of bits. */
function prefixOr(b: CircuitBuilder, x: View): View {
  const n = x.shape.at(-1)!;
  if (n === 1) return x;
  const half = 2 ** Math.ceil(Math.log2(n) - 1);
  const first = prefixOr(b, slice(x, -1, 0, half));
  const second = prefixOr(b, slice(x, -1, half, n));
  return b.concat([first, b.or(second, slice(first, -1, half - 1, half))], -1);
}

function once(circuit: Circuit): Architecture['search'] {
  const run = prepareCircuit(circuit);
  return (frame) => {
    const values = run([frame]);
    const [features, rows, columns] = circuit.outputs.map((view) => readView(view, values));
    return features.map((feature, slot) => [feature, rows[slot], columns[slot]]);
  };
}

/** The definition: SparsePixels 0.2.1 `sparse_input_reduce`; an empty slot is 0 at the first place. */
function reference(frame: readonly number[]): number[][] {
  const kept = frame.flatMap((value, index) =>
    value > 0 ? [[value, Math.floor(index / size), index % size]] : [],
  );
  return Array.from({ length: slots }, (_, slot) => kept[slot] ?? [0, 0, 0]);
}

/** From empty frames to full ones. */
function randomFrames(count: number): number[][] {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  return Array.from({ length: count }, (_, index) => {
    const density = (index / Math.max(1, count - 1)) ** 3;
    return Array.from({ length: size * size }, () =>
      random() < density ? 1 + Math.floor(random() * (2 ** BITS - 1)) : 0,
    );
  });
}

const frames = randomFrames(Number(options.frames));
write(`${size} x ${size} pixels of ${BITS} bits, ${slots} slots, ${ports} ports, ${frames.length} frames`);
write('architecture        differ  latency  interval       LC      LUT       FF   levels');
for (const make of [rankAndSelect, priorityTrees, compaction]) {
  const { name, circuit, search, cycles } = make();
  if (options.only !== undefined && options.only !== name) continue;
  let differ = frames.filter((frame) => String(search(frame)) !== String(reference(frame))).length;
  const scheduled = schedule(circuit, CLOCK_NS, ULTRASCALE_PLUS);
  const design = emitVerilog(scheduled);
  // A loop is run turn by turn above; what goes round is no port of an event.
  if (options.verilator && circuit.inputs.length === 1) differ += await differingInVerilog(design, frames);
  const [, cost] = options.cycles ? [] : await synthesise(design, { cache: '.cache/yosys' });
  const area = cost ? [cost.logicCells, cost.lut, cost.ff, cost.maxLevels] : [];
  const figures = [...cycles(scheduled.latencyCycles), ...area];
  write(
    `${name.padEnd(18)} ${String(differ).padStart(7)} ${figures.map((each) => String(each).padStart(8)).join(' ')}`,
  );
  if (options.fmax) await printFmax(design);
  if (differ > 0) process.exitCode = 1;
}

async function printFmax(design: ReturnType<typeof emitVerilog>): Promise<void> {
  const nextpnr = await findNextpnr();
  if (!nextpnr) {
    write(`  not run: nextpnr-ecp5 not found; ${NEXTPNR_HELP}`);
    process.exitCode = 3;
    return;
  }
  const tools = { nextpnr, cache: '.cache/yosys', seeds: [1] };
  const [{ fmaxMhz, levels, lut4 }] = await measureFmax(design, design.blocks.slice(1), tools);
  write(
    `  ${NEXTPNR_DEVICE}: ${fmaxMhz} MHz, ${(1000 / fmaxMhz).toFixed(2)} ns, ${levels} levels, ${lut4} LUT4`,
  );
}

async function differingInVerilog(
  design: ReturnType<typeof emitVerilog>,
  inputs: readonly (readonly number[])[],
): Promise<number> {
  const beats = inputs.map((frame) =>
    packed(
      frame.map(() => BITS),
      frame,
    ),
  );
  const top = { ...design.top, inputBeats: 1, outputBeats: 1 };
  const got = await cosimulate({ ...design, top }, beats, NO_NOISE, { cache: '.cache/verilator' });
  return inputs.filter((frame, index) => {
    const expected = reference(frame);
    const columns = [0, 1, 2].flatMap((column) => expected.map((slot) => slot[column]));
    return String(got[index]?.output) !== String(columns.map(BigInt));
  }).length;
}

function packed(widths: readonly number[], values: readonly number[]): bigint {
  const digits = values.map((value, index) => value.toString(2).padStart(widths[index], '0'));
  return BigInt(`0b${digits.reverse().join('')}`);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
