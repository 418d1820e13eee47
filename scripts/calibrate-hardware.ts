/**
 * Measures what operations of our hardware cost: synthesises a grid of single operations with Yosys and fits the price
 * of every count of structure (sim/estimate/hardware/operation-counts.ts).
 *
 *   npm run calibrate:hardware            rewrites sim/estimate/hardware/hardware-prices.json
 */
import { renameSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { nonNegativeLeastSquares } from '../bench/reference/non-negative-least-squares.ts';
import { emitVerilog } from '../rtl-templates/verilog/index.ts';
import { stageCounts } from '../sim/estimate/hardware/estimate-hardware.ts';
import { COUNTS } from '../sim/estimate/hardware/operation-counts.ts';
import { CircuitBuilder, schedule, ULTRASCALE_PLUS, type View } from '../sim/pipeline/circuit/index.ts';
import { synthesise, yosysVersion } from '../verify/oracles/yosys/synthesise.ts';

const FILE = 'sim/estimate/hardware/hardware-prices.json';
const LANES = 4;

const grid = operationGrid();
const design = emitVerilog(grid);
const costs = (await synthesise(design, { cache: '.cache/yosys' })).slice(1);
const rows = costs.map((cost, stage) => ({ cost, counts: stageCounts(grid, stage) }));
const used = COUNTS.filter((name) => rows.some(({ counts }) => (counts[name] ?? 0) > 0));
const fit = (figure: 'logicCells' | 'lut') => {
  const weighted = rows.filter(({ cost }) => cost[figure] > 0);
  const prices = nonNegativeLeastSquares(
    weighted.map(({ cost, counts }) => used.map((name) => (counts[name] ?? 0) / Math.sqrt(cost[figure]))),
    weighted.map(({ cost }) => Math.sqrt(cost[figure])),
  );
  return Object.fromEntries(used.map((name, index) => [name, Number(prices[index].toFixed(3))]));
};
const document = {
  schema: 'pipewright/hardware-prices@1',
  provenance: {
    command: 'npm run calibrate:hardware',
    tool: await yosysVersion(),
    script: 'synth_xilinx -family xcup -nowidelut -noiopad -noclkbuf, -nodsp for products in logic',
    measured: `${rows.length} single operations on ${LANES} lanes, widths 1 to 24 bits`,
  },
  prices: { logicCells: fit('logicCells'), lut: fit('lut') },
  grid: rows.map(({ cost, counts }, stage) => ({
    operation: grid.circuit.stages[stage].name,
    counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    logicCells: cost.logicCells,
    lut: cost.lut,
  })),
};
writeFileSync(`${FILE}.part`, await format(JSON.stringify(document), { parser: 'json', printWidth: 110 }));
renameSync(`${FILE}.part`, FILE);
process.stdout.write(`${FILE}: ${rows.length} operations\n${JSON.stringify(document.prices, null, 2)}\n`);

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
