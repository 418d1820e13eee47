import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HLS_TARGETS } from '../../rtl-templates/hls/index.ts';
import { recordedValues } from '../../sim/import/vectors/index.ts';
import { csimOracle } from '../oracles/index.ts';
import { testContext, testHeaders } from '../oracles/tools.suite.ts';
import { regressions } from './regressions.suite.ts';

const context = testContext(mkdtempSync(join(tmpdir(), 'pipewright-logs-')));

describe.each(HLS_TARGETS)('emitted %s C++', (target) => {
  const headers = testHeaders(target);
  if (headers.kind === 'missing') console.log(`skipped: ${headers.reason}`);

  test.skipIf(headers.kind === 'missing').each(regressions)('holds for $name', async (regression) => {
    const { model, mapping, events } = regression;
    const prepared = await csimOracle({ target, headers }).prepare({ model, mapping }, context);
    let index = 0;
    for await (const { values } of prepared.run(events, 'outputs')) {
      const expected = recordedValues(events[index++], model)!;
      for (const name of model.outputs) expect(values[name]).toEqual(expected[name]);
    }
    expect(index).toBe(events.length);
  });
});
