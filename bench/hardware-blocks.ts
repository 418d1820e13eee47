/**
 * The estimate of our hardware beside Yosys on random blocks: small circuits of every operation, rate and hold.
 *
 *   npm run bench:hardware-blocks -- [--count 30] [--seed 1]
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { emitVerilog } from '../rtl-templates/verilog/index.ts';
import { estimateHardware } from '../sim/estimate/hardware/estimate-hardware.ts';
import { arbitraryCircuit } from '../sim/pipeline/circuit/arbitrary-circuit.ts';
import { schedule, ULTRASCALE_PLUS } from '../sim/pipeline/circuit/index.ts';
import { synthesise, totalCost } from '../verify/oracles/yosys/synthesise.ts';

const { values: options } = parseArgs({
  options: { count: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const circuits = fc.sample(arbitraryCircuit, { numRuns: Number(options.count), seed: Number(options.seed) });
const FIGURES = ['logicCells', 'lut', 'ff', 'dsp', 'bram18k'] as const;

const sums = Object.fromEntries(
  FIGURES.map((figure) => [figure, { ours: 0, yosys: 0, off: 0, blocks: 0, exact: 0 }]),
);
let number = 0;
for (const circuit of circuits) {
  const scheduled = schedule(circuit, 5, ULTRASCALE_PLUS);
  const design = emitVerilog(scheduled);
  // Handshakes are the same everywhere: the layers and the frame registers are compared.
  const blocks = (await synthesise(design, { cache: '.cache/yosys' })).slice(1);
  const yosys = totalCost(design, blocks);
  const { stages, total } = estimateHardware(scheduled);
  const control = total.ff - stages.reduce((sum, { ff }) => sum + ff, 0) - design.frameBits;
  const line = FIGURES.map((figure) => {
    const ours =
      stages.reduce((sum, stage) => sum + stage[figure], 0) +
      (figure === 'ff' ? total.ff - control - stages.reduce((sum, { ff }) => sum + ff, 0) : 0);
    const sum = sums[figure];
    sum.ours += ours;
    sum.yosys += yosys[figure];
    sum.exact += Number(ours === yosys[figure]);
    if (yosys[figure] > 0) {
      sum.off += Math.abs(ours / yosys[figure] - 1);
      sum.blocks += 1;
    }
    return `${figure} ${ours}/${yosys[figure]}`;
  });
  number += 1;
  process.stdout.write(`block ${number}: ${line.join(', ')}\n`);
}
for (const figure of FIGURES) {
  const { ours, yosys, off, blocks, exact } = sums[figure];
  process.stdout.write(
    `${figure}: sum ${ours}/${yosys} (${(ours / Math.max(yosys, 1)).toFixed(3)}), ` +
      `mean error of a block ${((100 * off) / Math.max(blocks, 1)).toFixed(1)} %, exact in ${exact} of ${circuits.length}\n`,
  );
}
