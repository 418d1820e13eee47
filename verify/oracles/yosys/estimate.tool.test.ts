import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emitVerilog } from '../../../rtl-templates/verilog/index.ts';
import { estimateHardware, type HardwareCost } from '../../../sim/estimate/hardware/estimate-hardware.ts';
import { arbitraryCircuit } from '../../../sim/pipeline/circuit/arbitrary-circuit.ts';
import { schedule, ULTRASCALE_PLUS } from '../../../sim/pipeline/circuit/index.ts';
import { nativeYosysVersion } from './run-yosys.ts';
import { synthesise } from './synthesise.ts';

const version = await nativeYosysVersion();
const skipped = version === undefined ? ' (skipped: yosys is missing)' : '';
const sum = (costs: readonly HardwareCost[], figure: keyof HardwareCost) =>
  costs.reduce((total, cost) => total + cost[figure], 0);

test.skipIf(version === undefined)(
  `registers of random blocks are estimated within a tenth, memories and multiplier blocks exactly${skipped}`,
  async () => {
    const cache = mkdtempSync(join(tmpdir(), 'pipewright-yosys-'));
    try {
      for (const circuit of fc.sample(arbitraryCircuit, { numRuns: 3, seed: 11 })) {
        const scheduled = schedule(circuit, 5, ULTRASCALE_PLUS);
        const measured = (await synthesise(emitVerilog(scheduled), { cache })).slice(1);
        const { stages } = estimateHardware(scheduled);
        expect(sum(stages, 'dsp')).toBe(sum(measured, 'dsp'));
        expect(sum(stages, 'bram18k')).toBe(sum(measured, 'bram18k'));
        const ff = sum(measured, 'ff');
        expect(Math.abs(sum(stages, 'ff') - ff)).toBeLessThanOrEqual(0.1 * ff);
      }
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  },
  120_000,
);
