/**
 * Measures what operations of our hardware cost and fits the price of every count of structure
 * (sim/estimate/hardware/counts.ts): Yosys on a grid of single operations, on blocks of random networks and
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
import {
  estimateHardware,
  type HardwarePrices,
  tablesOf,
} from '../sim/estimate/hardware/estimate-hardware.ts';
import { COUNTS, type OperationCounts } from '../sim/estimate/hardware/counts.ts';
import { packedCells, type TableClasses } from '../sim/estimate/hardware/packed-cells.ts';
import { stageCounts } from '../sim/estimate/hardware/stage-counts.ts';
import {
  CircuitBuilder,
  type Schedule,
  schedule,
  ULTRASCALE_PLUS,
  type View,
} from '../sim/pipeline/circuit/index.ts';
import {
  blocksInCache,
  cellCounts,
  synthesiseModules,
  yosysVersion,
} from '../verify/oracles/yosys/synthesise.ts';
import { canonicalModules } from '../verify/oracles/yosys/verilog-modules.ts';

const FILE = 'sim/estimate/hardware/hardware-prices.json';
const MEASUREMENTS = 'scripts/hardware-measurements.json';
const CACHE = '.cache/yosys';
const LANES = 4;
/** Random networks to fit to; those that bench/hardware-blocks.ts compares with have other seeds. */
const TRAINING = { seeds: [1000, 1001], regions: 17 };
/** How much a single operation and a random block count beside a block of a design. */
const WEIGHT = { operation: 0.15, random: 0.7, design: 1 };
/** Random blocks below so many cells are not fitted to. */
const LEAST = 30;
/** Design blocks below so many cells count less. */
const SMALL = 500;

interface Measured {
  readonly kind: keyof typeof WEIGHT;
  readonly of: string;
  readonly block: string;
  /** Hash of the block's Verilog, for blocks of designs. */
  readonly verilog?: string;
  readonly counts: OperationCounts;
  readonly tables: TableClasses;
}

const rows = [...(await operations()), ...(await randomBlocks()), ...(await designBlocks())];
const prices = fitAll(rows);
const blocks = rows.filter(({ kind, tables }) => kind === 'design' && packedCells(tables) > 0);
const number = (kind: Measured['kind']) => rows.filter((row) => row.kind === kind).length;
await write(FILE, {
  schema: 'pipewright/hardware-prices@3',
  provenance: {
    command: 'npm run calibrate:hardware',
    tool: await yosysVersion(),
    script: 'synth_xilinx -family xcup -nowidelut -noiopad -noclkbuf, -nodsp for products in logic',
    measured: `${number('operation')} single operations on ${LANES} lanes, ${number('random')} blocks of random networks, ${number('design')} blocks of designs`,
  },
  logicCellsMeanError: {
    fitted: mean(blocks.map((row) => errorOf(row, prices))),
    designLeftOut: leftOut(),
  },
  prices,
});
await write(MEASUREMENTS, { rows });

function fitAll(train: readonly Measured[]): HardwarePrices {
  return {
    small: fit('small', train),
    middle: fit('middle', train),
    large: fit('large', train),
    inverters: fit('inverters', train),
  };
}

/** Tables of one class, by least squares over errors relative to the block's cells. */
function fit(name: keyof TableClasses, train: readonly Measured[]): Record<string, number> {
  const used = train.filter((row) => packedCells(row.tables) >= (row.kind === 'random' ? LEAST : 1));
  const weights = used.map(({ kind, tables }) => {
    const cells = packedCells(tables);
    return (WEIGHT[kind] * (kind === 'design' ? Math.min(1, Math.sqrt(cells / SMALL)) : 1)) / cells;
  });
  const found = nonNegativeLeastSquares(
    used.map(({ counts }, index) => COUNTS.map((count) => (counts[count] ?? 0) * weights[index])),
    used.map(({ tables }, index) => tables[name] * weights[index]),
  );
  return Object.fromEntries(COUNTS.map((count, index) => [count, Number(found[index].toFixed(3))]));
}

function errorOf({ counts, tables }: Measured, table: HardwarePrices): number {
  return Math.abs(packedCells(tablesOf(counts, table)) / packedCells(tables) - 1);
}

/** Mean error of the blocks of each design, with prices fitted without any block of that design. */
function leftOut(): number {
  const designOf = (row: Measured) => row.of.split(' ')[0];
  return mean(
    [...new Set(blocks.map(designOf))].flatMap((design) => {
      const isOwn = (row: Measured) => row.kind === 'design' && designOf(row) === design;
      const table = fitAll(rows.filter((row) => !isOwn(row)));
      return blocks.filter(isOwn).map((row) => errorOf(row, table));
    }),
  );
}

function mean(values: readonly number[]): number {
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4));
}

async function operations(): Promise<Measured[]> {
  const grid = operationGrid();
  const design = emitVerilog(grid);
  return measure('operation', 'grid', grid, design, design.blocks.slice(1));
}

async function randomBlocks(): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const seed of TRAINING.seeds) {
    let regions = 0;
    for (const { network, schedule: scheduled, design } of randomRegions(seed)) {
      if (regions++ === TRAINING.regions) break;
      measured.push(
        ...(await measure('random', `${seed} ${network}`, scheduled, design, design.blocks.slice(1))),
      );
    }
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
  const modules = canonicalModules(
    [...design.files].filter(([file]) => file.endsWith('.v')).map(([, text]) => text),
  );
  const tops = names.map(modules);
  const mapped = await synthesiseModules(tops, { cache: CACHE });
  const find = (name: string) => mapped.get(name)!;
  return names.map((block, index) => ({
    kind,
    of,
    block,
    ...(kind === 'design' ? { verilog: hashOf(design, block) } : {}),
    counts: countsOf(scheduled, design, block),
    tables: classesOf(cellCounts(tops[index].name, find)),
  }));
}

function classesOf(cells: Readonly<Record<string, number>>): TableClasses {
  const sum = (...types: readonly string[]) => types.reduce((total, type) => total + (cells[type] ?? 0), 0);
  return {
    small: sum('LUT1', 'LUT2'),
    middle: sum('LUT3', 'LUT4'),
    large: sum('LUT5', 'LUT6'),
    inverters: sum('INV'),
  };
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
  return used(stageCounts(scheduled)[at]);
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
