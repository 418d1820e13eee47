import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emitVerilog } from '../../../../rtl-templates/verilog/index.ts';
import {
  CircuitBuilder,
  compose,
  schedule,
  ULTRASCALE_PLUS,
} from '../../../../sim/pipeline/circuit/index.ts';
import { nativeYosysVersion } from '../run-yosys.ts';
import { measureFmax } from './measure-fmax.ts';
import { findNextpnr, NEXTPNR_HELP } from './nextpnr.ts';

const nextpnr = await findNextpnr();
const missing =
  (await nativeYosysVersion()) === undefined ? 'yosys is missing' : `nextpnr is missing: ${NEXTPNR_HELP}`;
const ready = missing.startsWith('nextpnr') && nextpnr !== undefined;
const skipped = ready ? '' : ` (skipped: ${missing})`;

/** Sums of eight numbers of `bits` bits, and of no more than a slow clock can take in one step. */
function sums(bits: number) {
  const b = new CircuitBuilder('sums', 1);
  const x = b.input('x', [8], { lo: 0, hi: 2 ** bits - 1 });
  b.stage('tree', 'a sum');
  return emitVerilog(schedule(b.finish([compose.sum(b, x, 0)]), 40, { ...ULTRASCALE_PLUS, maxLevels: 40 }));
}

test.skipIf(!ready)(
  `a block is placed and routed between registers, and its figures are kept${skipped}`,
  async () => {
    const cache = mkdtempSync(join(tmpdir(), 'pipewright-ecp5-'));
    try {
      const measure = (bits: number, tool = nextpnr!) => {
        const options = { nextpnr: tool, cache, seeds: [1, 2] };
        return measureFmax(sums(bits), ['sums_tree'], options);
      };
      const [first, second] = await measure(4);
      const lines = (await measure(16))[0];
      // 8 x 4 bits in, 7 bits out; the block itself holds nothing.
      expect(first).toMatchObject({ block: 'sums_tree', seed: 1, ff: 39, dsp: 0, bram: 0 });
      expect(second).toMatchObject({ seed: 2, ff: 39, lut4: first.lut4 });
      expect(1000 / first.fmaxMhz).toBeCloseTo(first.logicNs + first.routingNs, 1);
      expect(first.levels).toBeGreaterThan(0);
      expect(lines.lut4).toBeGreaterThan(2 * first.lut4);
      expect(lines.fmaxMhz).toBeLessThan(Math.max(first.fmaxMhz, second.fmaxMhz));

      const [folder, ...others] = readdirSync(cache);
      expect(others).toEqual([]);
      expect(readdirSync(join(cache, folder))).toHaveLength(4);
      // Nothing is run again: a program that is not there would fail.
      expect(await measure(4, { ...nextpnr!, command: 'no-such-program' })).toEqual([first, second]);
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  },
  120_000,
);
