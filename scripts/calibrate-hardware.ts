/**
 * Measures what operations of our hardware cost and fits the price of every count of structure
 * (sim/estimate/hardware/operation-counts.ts): Yosys on a grid of single operations, on blocks of random networks and
 * on blocks of the reference designs, so far as the synthesis cache holds them (`npm run bench:hardware -- --synth`
 * fills it; takes hours). Design blocks that it lacks are taken from the last measurement, if their Verilog is the same.
 *
 *   npm run calibrate:hardware            rewrites hardware-prices.json and scripts/hardware-measurements.json
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { sparseDesigns } from '../bench/design-blocks.ts';
import { randomRegions } from '../bench/random-blocks.ts';
import { nonNegativeLeastSquares } from '../bench/reference/non-negative-least-squares.ts';
import { emitVerilog, type VerilogDesign } from '../rtl-templates/verilog/index.ts';
import { estimateHardware, stageCounts } from '../sim/estimate/hardware/estimate-hardware.ts';
import { COUNTS, type OperationCounts } from '../sim/estimate/hardware/operation-counts.ts';
import {
  CircuitBuilder,
  type Schedule,
  schedule,
  ULTRASCALE_PLUS,
  type View,
} from '../sim/pipeline/circuit/index.ts';
import { blocksInCache, synthesise, yosysVersion } from '../verify/oracles/yosys/synthesise.ts';

const FILE = 'sim/estimate/hardware/hardware-prices.json';
const MEASUREMENTS = 'scripts/hardware-measurements.json';
const CACHE = '.cache/yosys';
const LANES = 4;
/** Random networks to fit to; those that bench/hardware-blocks.ts compares with have other seeds. */
const TRAINING = { seed: 1000, regions: 11 };
/** How much a single operation and a random block count beside a block of a design. */
const WEIGHT = { operation: 0.15, random: 0.7, design: 1 };
/** Random blocks below so many cells are not fitted to. */
const LEAST = 30;
/** Design blocks below so many cells count less. */
const SMALL = 500;

type Figure = 'logicCells' | 'lut';
interface Measured {
  readonly kind: keyof typeof WEIGHT;
  readonly of: string;
  readonly block: string;
  /** Hash of the block's Verilog, for blocks of designs. */
  readonly verilog?: string;
  readonly counts: OperationCounts;
  readonly logicCells: number;
  readonly lut: number;
}

const rows = [...(await operations()), ...(await randomBlocks()), ...(await designBlocks())];
const prices = { logicCells: fit('logicCells', rows), lut: fit('lut', rows) };
const blocks = rows.filter(({ kind, logicCells }) => kind === 'design' && logicCells > 0);
const number = (kind: Measured['kind']) => rows.filter((row) => row.kind === kind).length;
await write(FILE, {
  schema: 'pipewright/hardware-prices@2',
  provenance: {
    command: 'npm run calibrate:hardware',
    tool: await yosysVersion(),
    script: 'synth_xilinx -family xcup -nowidelut -noiopad -noclkbuf, -nodsp for products in logic',
    measured: `${number('operation')} single operations on ${LANES} lanes, ${number('random')} blocks of random networks, ${number('design')} blocks of designs`,
  },
  logicCellsMeanError: {
    fitted: mean(blocks.map((row) => errorOf(row, prices.logicCells))),
    designLeftOut: leftOut('design'),
  },
  prices,
});
await write(MEASUREMENTS, { rows });

function fit(figure: Figure, train: readonly Measured[]): Record<string, number> {
  const used = train.filter((row) => row[figure] >= (row.kind === 'random' ? LEAST : 1));
  const weights = used.map(
    (row) =>
      (WEIGHT[row.kind] * (row.kind === 'design' ? Math.min(1, Math.sqrt(row[figure] / SMALL)) : 1)) /
      row[figure],
  );
  const found = nonNegativeLeastSquares(
    used.map(({ counts }, index) => COUNTS.map((name) => (counts[name] ?? 0) * weights[index])),
    used.map((row, index) => row[figure] * weights[index]),
  );
  return Object.fromEntries(COUNTS.map((name, index) => [name, Number(found[index].toFixed(3))]));
}

function errorOf({ counts, logicCells }: Measured, table: Readonly<Record<string, number>>): number {
  return Math.abs(COUNTS.reduce((sum, name) => sum + (counts[name] ?? 0) * table[name], 0) / logicCells - 1);
}

/** Mean error of the blocks of each design, with prices fitted without any block of that design. */
function leftOut(kind: Measured['kind']): number {
  const designs = [...new Set(blocks.map((row) => row.of.split(' ')[0]))];
  return mean(
    designs.flatMap((design) => {
      const isOwn = (row: Measured) => row.kind === kind && row.of.split(' ')[0] === design;
      const table = fit(
        'logicCells',
        rows.filter((row) => !isOwn(row)),
      );
      return blocks.filter(isOwn).map((row) => errorOf(row, table));
    }),
  );
}

function mean(values: readonly number[]): number {
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4));
}

async function operations(): Promise<Measured[]> {
  const grid = operationGrid();
  const costs = (await synthesise(emitVerilog(grid), { cache: CACHE })).slice(1);
  return costs.map(({ logicCells, lut }, stage) => ({
    kind: 'operation',
    of: 'grid',
    block: grid.circuit.stages[stage].name,
    counts: used(stageCounts(grid, stage)),
    logicCells,
    lut,
  }));
}

async function randomBlocks(): Promise<Measured[]> {
  const measured: Measured[] = [];
  let regions = 0;
  for (const { network, schedule: scheduled, design } of randomRegions(TRAINING.seed)) {
    if (regions++ === TRAINING.regions) break;
    const names = design.blocks.slice(1);
    measured.push(...(await measure('random', network, scheduled, design, names)));
  }
  return measured;
}

async function designBlocks(): Promise<Measured[]> {
  const last = existsSync(MEASUREMENTS)
    ? (JSON.parse(readFileSync(MEASUREMENTS, 'utf8')) as { rows: readonly Measured[] }).rows
    : [];
  const measured: Measured[] = [];
  for (const { design, mapping, schedule: scheduled, verilog } of sparseDesigns()) {
    const of = `${design} ${mapping}`;
    const kept = new Set(await blocksInCache(verilog, CACHE));
    const names = verilog.blocks.slice(1);
    measured.push(
      ...(await measure(
        'design',
        of,
        scheduled,
        verilog,
        names.filter((name) => kept.has(name)),
      )),
    );
    for (const name of names.filter((each) => !kept.has(each))) {
      const old = last.find(
        (row) => row.of === of && row.block === name && row.verilog === hashOf(verilog, name),
      );
      if (old) measured.push({ ...old, counts: countsOf(scheduled, verilog, name) });
    }
  }
  return measured;
}

async function measure(
  kind: Measured['kind'],
  of: string,
  scheduled: Schedule,
  design: VerilogDesign,
  names: readonly string[],
): Promise<Measured[]> {
  const costs = await synthesise({ ...design, blocks: names }, { cache: CACHE });
  return costs.map(({ block, logicCells, lut }) => ({
    kind,
    of,
    block,
    ...(kind === 'design' ? { verilog: hashOf(design, block) } : {}),
    counts: countsOf(scheduled, design, block),
    logicCells,
    lut,
  }));
}

function hashOf(design: VerilogDesign, block: string): string {
  return createHash('sha256')
    .update(design.files.get(`${block}.v`) ?? '')
    .digest('hex')
    .slice(0, 16);
}

/** Blocks after the control module stand in the order of the stages that have any work. */
function countsOf(scheduled: Schedule, design: VerilogDesign, block: string): OperationCounts {
  const { stage } = estimateHardware(scheduled).stages[design.blocks.indexOf(block) - 1];
  const { stages, nodes } = scheduled.circuit;
  const at = stages.findIndex(
    ({ name }, index) =>
      name === stage && nodes.some((node) => node.stage === index && node.op.kind !== 'constant'),
  );
  return used(stageCounts(scheduled, at));
}

function used(counts: OperationCounts): OperationCounts {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [[name, Number(count.toFixed(3))]] : [])),
  );
}

async function write(file: string, document: unknown): Promise<void> {
  writeFileSync(`${file}.part`, await format(JSON.stringify(document), { parser: 'json', printWidth: 110 }));
  renameSync(`${file}.part`, file);
  process.stdout.write(`${file} written\n`);
}

/** Every operation with logic, alone in a stage, over its widths. */
function operationGrid() {
  let b = new CircuitBuilder('grid', 4);
  let outputs: View[] = [];
  const unsigned = (bits: number) => ({ lo: 0, hi: 2 ** bits - 1 });
  const signed = (bits: number) => ({ lo: -(2 ** (bits - 1)), hi: 2 ** (bits - 1) - 1 });
  const inputs = new Map<string, View>();
  const input = (bits: number, which: string, sign = false, shape: readonly number[] = [LANES]) => {
    const label = `${which}${sign ? 's' : 'u'}${bits}_${shape.join('x')}`;
    const known = inputs.get(label) ?? b.input(label, shape, sign ? signed(bits) : unsigned(bits));
    inputs.set(label, known);
    return known;
  };
  const wanted: [string, () => View][] = [];
  const one = (name: string, make: () => View) => wanted.push([name, make]);
  for (const bits of [2, 4, 6, 8, 10, 13, 17, 22]) {
    one(`add ${bits}`, () => b.add(input(bits, 'a'), input(bits, 'b')));
    one(`add signed ${bits}`, () => b.add(input(bits, 'a', true), input(bits, 'b', true)));
    one(`subtract ${bits}`, () => b.subtract(input(bits, 'a'), input(bits, 'b')));
    one(`select ${bits}`, () => b.select(input(1, 'c'), input(bits, 'a'), input(bits, 'b')));
    one(`less ${bits}`, () => b.less(input(bits, 'a'), input(bits, 'b')));
    one(`equal ${bits}`, () => b.equal(input(bits, 'a'), input(bits, 'b')));
    one(`less known ${bits}`, () => b.less(b.constant([Math.floor(0.3 * 2 ** bits)]), input(bits, 'a')));
    one(`less zero ${bits}`, () => b.less(b.constant([0]), input(bits, 'a')));
  }
  for (const [x, y] of [
    [2, 4],
    [2, 8],
    [3, 8],
    [4, 6],
    [4, 10],
    [5, 8],
    [6, 8],
    [7, 8],
    [8, 8],
    [7, 5],
    [9, 9],
    [9, 12],
    [10, 11],
    [11, 11],
  ] as const) {
    one(`multiply ${x} ${y}`, () => b.multiply(input(x, 'a'), input(y, 'b')));
    one(`multiply ${x} signed ${y}`, () => b.multiply(input(x, 'a', true), input(y, 'b')));
  }
  for (const factor of [3, 7, 11, 45, -29, 93, 117]) {
    for (const bits of [6, 9])
      one(`multiply known ${factor} ${bits}`, () => b.multiply(input(bits, 'a'), b.constant([factor])));
  }
  for (const [bits, dropped] of [
    [8, 2],
    [10, 4],
    [12, 6],
    [15, 7],
    [16, 9],
    [22, 12],
  ] as const) {
    one(`round RND_CONV ${bits} ${dropped}`, () => b.round(input(bits, 'a'), dropped, 'RND_CONV'));
    one(`round RND signed ${bits} ${dropped}`, () => b.round(input(bits, 'a', true), dropped, 'RND'));
  }
  for (const [bits, to] of [
    [9, 8],
    [11, 8],
    [12, 6],
    [16, 8],
    [20, 10],
    [22, 16],
  ] as const) {
    one(`clamp high ${bits} ${to}`, () => b.clamp(input(bits, 'a'), 0, 2 ** to - 1));
    one(`clamp both ${bits} ${to}`, () => b.clamp(input(bits, 'a', true), 0, 2 ** to - 1));
    one(`clamp low ${bits} ${to}`, () => b.clamp(input(to, 'a', true), 0, 2 ** to));
  }
  for (const [choices, bits] of [
    [4, 4],
    [6, 1],
    [10, 8],
    [24, 8],
    [48, 8],
    [20, 12],
  ] as const) {
    one(`one-hot ${choices} of ${bits}`, () =>
      b.oneHot(input(1, 'h', false, [LANES, choices]), input(bits, 'v', false, [LANES, choices])),
    );
    one(`one-hot known ${choices} of ${bits}`, () =>
      b.oneHot(
        input(1, 'h', false, [LANES, choices]),
        b.constant(Array.from({ length: choices }, (_, k) => k)),
      ),
    );
    one(`any ${choices} ${bits}`, () => b.any(input(1, 'h', false, [LANES, choices])));
    one(`select one ${choices} ${bits}`, () =>
      b.mux(input(Math.ceil(Math.log2(choices)), 'i'), input(bits, 'v', false, [LANES, choices])),
    );
  }
  for (const [address, bits] of [
    [4, 4],
    [5, 8],
    [6, 3],
    [6, 8],
    [7, 8],
    [8, 8],
    [9, 6],
  ] as const) {
    one(`table ${address} ${bits}`, () =>
      b.table(
        input(address, 't'),
        Array.from({ length: 2 ** address }, (_, k) => ((k * k * 40503 + 977 * k) % 65521) % 2 ** bits),
      ),
    );
  }
  for (const beats of [2, 4])
    one(`serialise ${beats}`, () => b.collect(b.serialise(input(8, 'v', false, [beats, LANES]))));
  for (const bits of [4, 10, 16])
    one(`accumulate ${bits}`, () => b.accumulate(b.serialise(input(bits, 'v', false, [3, LANES]))));
  const build = () => {
    outputs = [];
    for (const [name, make] of wanted) {
      b.stage(name, 'one operation');
      outputs.push(make());
    }
  };
  // Inputs must stand before the stages: the first pass finds out which there are.
  build();
  b = new CircuitBuilder('grid', 4);
  for (const [label, { shape, node }] of inputs) inputs.set(label, b.input(label, shape, node.range));
  build();
  return schedule(b.finish(outputs), 8, { ...ULTRASCALE_PLUS, maxLevels: 20 });
}
