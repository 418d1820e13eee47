import { describe, test } from 'vitest';
import { HARDWARE_MAPPINGS } from '../../../sim/lower/rtl/index.ts';
import { verilatorVersion } from './build.ts';
import { denseDesigns, expectExact } from './streams.suite.ts';

const version = await verilatorVersion();
const skipped = version === undefined ? ' (skipped: verilator is missing)' : '';

describe.skipIf(version === undefined)(`all events of dense streams in Verilator${skipped}`, () => {
  test.each(denseDesigns().flatMap((path) => HARDWARE_MAPPINGS.map((mapping) => [path, mapping] as const)))(
    '%s built %s gives every recorded output, each beat in its cycle, with and without gaps and stalls',
    { timeout: 1_800_000 },
    async (path, mapping) => {
      await expectExact(path, mapping);
    },
  );
});
