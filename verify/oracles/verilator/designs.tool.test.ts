import { execa } from 'execa';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitVerilog } from '../../../rtl-templates/verilog/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { hardwareChoices, lowerSparse } from '../../../sim/lower/rtl/index.ts';
import { schedule, ULTRASCALE_PLUS } from '../../../sim/pipeline/circuit/index.ts';
import { verilatorVersion } from './build.ts';
import { expectVerified } from './designs.suite.ts';

const version = await verilatorVersion();
const skipped = version === undefined ? ' (skipped: verilator is missing)' : '';
const golden = (design: string) => join('golden/sparsepixels', design);

describe.skipIf(version === undefined)(`the Verilog of sparse designs${skipped}`, () => {
  test.each([
    ['neutrino-8b-sparse_t', 'fast'],
    ['sparsemnist-16b-sparse_t', 'small'],
  ] as const)('of %s %s passes verilator --lint-only -Wall', async (design, mapping) => {
    const { model } = importModel(golden(design));
    const region = schedule(lowerSparse(model, hardwareChoices(model, mapping)), 5, ULTRASCALE_PLUS);
    const { files, top } = emitVerilog(region, { tensors: model });
    const folder = mkdtempSync(join(tmpdir(), 'pipewright-lint-'));
    for (const [file, text] of files) writeFileSync(join(folder, file), text);
    const args = ['--lint-only', '-Wall', '--top-module', top.name, ...files.keys()];
    const { stderr } = await execa('verilator', args, { cwd: folder, reject: false });
    expect(stderr).toBe('');
  });

  test('of neutrino-8b-sparse_t small gives every recorded output in its cycle', async () => {
    await expectVerified(golden('neutrino-8b-sparse_t'), 'small');
  });
});
