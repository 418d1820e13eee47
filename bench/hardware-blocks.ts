/**
 * The estimate of our hardware beside Yosys on blocks of random networks: layers of random sparse and dense Models.
 *
 * A block is a stage module in which Yosys finds at least `--least` logic cells; smaller ones are synthesised and
 * counted, but a ratio of a few cells says nothing. Prices were fitted to networks of other seeds.
 *
 *   npm run bench:hardware-blocks -- [--count 30] [--seed 1] [--least 50]
 */
import { parseArgs } from 'node:util';
import { estimateHardware } from '../sim/estimate/hardware/estimate-hardware.ts';
import { synthesise } from '../verify/oracles/yosys/synthesise.ts';
import { randomRegions } from './random-blocks.ts';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    least: { type: 'string', default: '50' },
  },
});
const [count, least] = [Number(options.count), Number(options.least)];
const FIGURES = ['logicCells', 'lut', 'ff', 'dsp', 'bram18k'] as const;

const sums = Object.fromEntries(
  FIGURES.map((figure) => [figure, { ours: 0, yosys: 0, off: 0, blocks: 0, exact: 0 }]),
);
let [blocks, small, smallCells] = [0, 0, 0];
for (const { network, schedule, design } of randomRegions(Number(options.seed))) {
  if (blocks >= count) break;
  // Handshakes are the same everywhere: the layers are compared.
  const layers = { ...design, blocks: design.blocks.slice(1) };
  const measured = await synthesise(layers, { cache: '.cache/yosys' });
  const { stages } = estimateHardware(schedule);
  for (const [index, yosys] of measured.entries()) {
    if (yosys.logicCells < least) {
      small += 1;
      smallCells += yosys.logicCells;
      continue;
    }
    if (blocks >= count) break;
    blocks += 1;
    const line = FIGURES.map((figure) => {
      const [ours, theirs] = [stages[index][figure], yosys[figure]];
      const sum = sums[figure];
      sum.ours += ours;
      sum.yosys += theirs;
      sum.exact += Number(ours === theirs);
      if (theirs > 0) {
        sum.off += Math.abs(ours / theirs - 1);
        sum.blocks += 1;
      }
      return `${figure} ${ours}/${theirs}`;
    });
    process.stdout.write(`${blocks}: ${network} ${stages[index].stage}: ${line.join(', ')}\n`);
  }
}
for (const figure of FIGURES) {
  const { ours, yosys, off, blocks: compared, exact } = sums[figure];
  process.stdout.write(
    `${figure}: sum ${ours}/${yosys} (${(ours / Math.max(yosys, 1)).toFixed(3)}), ` +
      `mean error of a block ${((100 * off) / Math.max(compared, 1)).toFixed(1)} %, exact in ${exact} of ${blocks}\n`,
  );
}
process.stdout.write(`left out: ${small} blocks below ${least} cells, ${smallCells} cells together\n`);
