/**
 * The estimate of our hardware beside Yosys on blocks of random networks: layers of random sparse and dense Models.
 *
 * A block is a stage module in which Yosys finds at least `--least` logic cells. Smaller ones count for multiplier
 * blocks and memories, which must be exact, but a ratio of a few cells says nothing. Prices were fitted to networks of
 * other seeds (scripts/calibrate-hardware.ts). Exit code 1 unless logic cells and registers are within a tenth on average.
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
const [count, least, seed] = [options.count, options.least, options.seed].map(Number);
/** Largest mean of |estimated / measured - 1|. */
const LIMIT = 0.1;

type Figure = 'logicCells' | 'lut' | 'ff' | 'dsp' | 'bram18k';
interface Pair {
  readonly block: string;
  readonly ours: Readonly<Record<Figure, number>>;
  readonly yosys: Readonly<Record<Figure, number>>;
}

const compared: Pair[] = [];
const small: Pair[] = [];
for (const { network, schedule, design } of randomRegions(seed)) {
  if (compared.length >= count) break;
  // Handshakes are the same everywhere: the layers are compared.
  const layers = { ...design, blocks: design.blocks.slice(1) };
  const measured = await synthesise(layers, { cache: '.cache/yosys' });
  const { stages } = estimateHardware(schedule);
  for (const [index, yosys] of measured.entries()) {
    if (compared.length >= count) break;
    const pair = { block: `${network} ${stages[index].stage}`, ours: stages[index], yosys };
    if (yosys.logicCells < least) {
      small.push(pair);
      continue;
    }
    compared.push(pair);
    print(
      `${compared.length}: ${pair.block}: ` +
        (['logicCells', 'lut', 'ff', 'dsp', 'bram18k'] as const)
          .map((figure) => `${figure} ${pair.ours[figure]}/${yosys[figure]}`)
          .join(', '),
    );
  }
}

print(`seed ${seed}, estimated beside Yosys, ${compared.length} blocks of ${least} logic cells and more:`);
const within = [
  compared.length >= count,
  meanError('logicCells') <= LIMIT,
  meanError('ff') <= LIMIT,
  isExact('dsp'),
  isExact('bram18k'),
];
meanError('lut');
print(
  `left out of the means: ${small.length} smaller blocks, ${sumOf(small, 'yosys', 'logicCells')} cells together`,
);
print(within.every(Boolean) ? 'PASS' : 'FAIL');
process.exitCode = within.every(Boolean) ? 0 : 1;

function meanError(figure: Figure): number {
  const errors = compared
    .filter(({ yosys }) => yosys[figure] > 0)
    .map(({ ours, yosys }) => ours[figure] / yosys[figure] - 1);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const size = mean(errors.map(Math.abs));
  print(
    `${figure}: mean error ${percent(size)}, signed ${percent(mean(errors))}, worst ${percent(Math.max(...errors.map(Math.abs)))}; ` +
      `sum ${sumOf(compared, 'ours', figure)} / ${sumOf(compared, 'yosys', figure)}`,
  );
  return size;
}

function isExact(figure: Figure): boolean {
  const all = [...compared, ...small];
  const wrong = all.filter(({ ours, yosys }) => ours[figure] !== yosys[figure]);
  const used = all.filter(({ yosys }) => yosys[figure] > 0).length;
  print(
    `${figure}: exact in ${all.length - wrong.length} of ${all.length} blocks, ${used} of which have any`,
  );
  for (const { block, ours, yosys } of wrong) print(`  ${block}: ${ours[figure]} / ${yosys[figure]}`);
  return wrong.length === 0;
}

function sumOf(pairs: readonly Pair[], side: 'ours' | 'yosys', figure: Figure): number {
  return pairs.reduce((sum, pair) => sum + pair[side][figure], 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
