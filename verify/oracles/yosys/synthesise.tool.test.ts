import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emitVerilog } from '../../../rtl-templates/verilog/index.ts';
import { CircuitBuilder, compose, schedule, ULTRASCALE_PLUS } from '../../../sim/pipeline/circuit/index.ts';
import { nativeYosysVersion, runYosys } from './run-yosys.ts';
import { synthesise } from './synthesise.ts';

const version = await nativeYosysVersion();
const skipped = version === undefined ? ' (skipped: yosys is missing)' : '';

/** Lanes of several kinds, a memory, a product in logic, registers. */
function block() {
  const b = new CircuitBuilder('mixed', 3);
  const x = b.input('x', [6], { lo: -128, hi: 127 });
  b.stage('lanes', 'several kinds');
  const index = b.wrap(x, 4, false);
  const squares = Array.from({ length: 16 }, (_, i) => (i * i) % 61);
  const sum = compose.sum(b, b.add(b.table(index, squares), b.multiply(x, index)), 0);
  const remembered = b.table(index, squares, 'block');
  const picked = b.mux(b.wrap(x, 3, false), remembered);
  return emitVerilog(schedule(b.finish([sum, picked]), 5, ULTRASCALE_PLUS));
}

/** One product too wide for logic and one that is not. */
function products() {
  const b = new CircuitBuilder('products', 3);
  const x = b.input('x', [2], { lo: 0, hi: 4095 });
  b.stage('both', 'wide and narrow');
  const wide = b.multiply(x, b.constant([3001, -2999]));
  const narrow = b.multiply(b.wrap(x, 8, false), b.wrap(x, 7, true));
  return emitVerilog(schedule(b.finish([wide, narrow]), 5, ULTRASCALE_PLUS));
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-yosys-'));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.skipIf(version === undefined)(
  `modules mapped one by one cost what Yosys says of the whole hierarchy, and are kept${skipped}`,
  () =>
    inFolder(async (folder) => {
      const design = block();
      const [, lanes] = await synthesise(design, { cache: join(folder, 'cache') });
      writeFileSync(join(folder, 'block.v'), design.files.get('mixed_lanes.v')!);
      const synth = 'synth_xilinx -family xcup -nowidelut -noiopad -noclkbuf -nodsp -top mixed_lanes';
      const commands = ['read_verilog block.v', synth, 'tee -q -o stat.txt stat -tech xilinx'];
      await runYosys(commands, folder, 120);
      const report = readFileSync(join(folder, 'stat.txt'), 'utf8');
      const total = report.slice(report.indexOf('=== design hierarchy'));
      const count = (pattern: RegExp) =>
        [...total.matchAll(pattern)].reduce((sum, [, n]) => sum + Number(n), 0);
      expect(lanes).toMatchObject({
        logicCells: Number(/LCs:\s+(\d+)/.exec(total)![1]),
        lut: count(/(?:LUT\d|INV)\s+(\d+)/g),
        ff: count(/FD[A-Z]+\s+(\d+)/g),
        dsp: 0,
        bram18k: count(/RAMB18E2\s+(\d+)/g),
      });

      const again = await synthesise(design, { cache: join(folder, 'cache'), seconds: 0.001 });
      expect(again[1]).toEqual(lanes);
    }),
  120_000,
);

test.skipIf(version === undefined)(
  `wide products are made by multiplier blocks and narrow ones by logic${skipped}`,
  () =>
    inFolder(async (folder) => {
      const [, both] = await synthesise(products(), { cache: join(folder, 'cache') });
      expect(both.dsp).toBe(2);
      expect(both.logicCells).toBeGreaterThan(2 * 7);
    }),
  120_000,
);
