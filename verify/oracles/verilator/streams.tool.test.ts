import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { writeFiles } from '../process/write-files.ts';
import { verilogFiles } from '../rtl/rtl-run.ts';
import { verilatorVersion } from './build.ts';
import { denseDesign, denseDesigns, expectExact } from './streams.suite.ts';

const version = await verilatorVersion();
const skipped = version === undefined ? ' (skipped: verilator is missing)' : '';

describe.skipIf(version === undefined)(`dense streams in Verilator${skipped}`, () => {
  test.each(denseDesigns())('the Verilog of %s passes verilator --lint-only -Wall', async (path) => {
    const { design } = denseDesign(path, 'fast');
    const folder = mkdtempSync(join(tmpdir(), 'pipewright-lint-'));
    try {
      const files = verilogFiles(design);
      writeFiles(folder, files);
      const lint = await execa(
        'verilator',
        ['--lint-only', '-Wall', '--top-module', design.top.name, ...files.keys()],
        { cwd: folder, reject: false },
      );
      expect(lint.stderr).toBe('');
      expect(lint.exitCode).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('the smallest design gives the recorded outputs of its first events, each beat in its cycle', async () => {
    await expectExact(denseDesigns()[0], 'fast', 3);
  });
});
