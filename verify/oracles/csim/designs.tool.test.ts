import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { HLS_TARGETS } from '../../../rtl-templates/hls/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { readRecordedEvents } from '../../../sim/import/vectors/index.ts';
import { testContext, testHeaders } from '../tools.suite.ts';
import { csimOracle } from './index.ts';

const golden = fileURLToPath(new URL('../../../golden/sparsepixels/', import.meta.url));
const designs = readdirSync(golden, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'scaling')
  .map(({ name }) => name);
const context = testContext(mkdtempSync(join(tmpdir(), 'pipewright-logs-')));

describe.each(HLS_TARGETS)('emitted %s C++', (target) => {
  const headers = testHeaders(target);
  if (headers.kind === 'missing') console.log(`skipped: ${headers.reason}`);
  const oracle = csimOracle({ target, headers });

  describe.skipIf(headers.kind === 'missing').each(['parallel', 'stream'] as const)('io_%s', (io) => {
    test.concurrent.each(designs)('%s gives the recorded outputs on every event', async (name) => {
      const { model, mapping } = importModel(join(golden, name));
      const events = readRecordedEvents(join(golden, name, 'vectors.json'), model);
      const prepared = await oracle.prepare({ model, mapping: { ...mapping!, io } }, context);
      const got: (readonly bigint[])[] = [];
      for await (const { values } of prepared.run(events, 'outputs')) got.push(values[model.outputs[0]]);
      expect(events.length).toBeGreaterThanOrEqual(80);
      expect(got).toEqual(events.map(({ expected }) => expected));
    });
  });
});
