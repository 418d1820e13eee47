import { describe, test } from 'vitest';
import { HARDWARE_MAPPINGS } from '../../../sim/lower/rtl/index.ts';
import { verilatorVersion } from './build.ts';
import { expectVerified, sparseDesigns } from './designs.suite.ts';

const version = await verilatorVersion();
const skipped = version === undefined ? ' (skipped: verilator is missing)' : '';

describe.skipIf(version === undefined)(`all events of sparse designs in Verilator${skipped}`, () => {
  test.each(sparseDesigns().flatMap((path) => HARDWARE_MAPPINGS.map((mapping) => [path, mapping] as const)))(
    '%s built %s gives every recorded output in its cycle, with and without gaps and stalls',
    { timeout: 3_600_000 },
    async (path, mapping) => {
      await expectVerified(path, mapping);
    },
  );
});
