import { describe, test } from 'vitest';
import { verilatorVersion } from './build.ts';
import { expectLintClean } from './lint.suite.ts';
import { denseDesign, denseDesigns, expectExact } from './streams.suite.ts';

const version = await verilatorVersion();
const skipped = version === undefined ? ' (skipped: verilator is missing)' : '';

describe.skipIf(version === undefined)(`dense streams in Verilator${skipped}`, () => {
  test.each(denseDesigns())('the Verilog of %s passes verilator --lint-only -Wall', async (path) => {
    await expectLintClean(denseDesign(path, 'fast').design);
  });

  test('the smallest design gives the recorded outputs of its first events, each beat in its cycle', async () => {
    await expectExact(denseDesigns()[0], 'fast', 3);
  });
});
