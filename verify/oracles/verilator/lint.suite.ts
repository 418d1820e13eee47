import { execa } from 'execa';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import { writeFiles } from '../process/write-files.ts';
import { verilogFiles } from '../rtl/rtl-run.ts';

/** Expects `verilator --lint-only -Wall` to have nothing to say of a design. */
export async function expectLintClean(design: VerilogDesign): Promise<void> {
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
}
