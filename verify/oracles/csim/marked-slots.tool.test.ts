/**
 * Sparse layers whose empty slots stand at (0, 0): published models of SparsePixels' own Keras layers, on random events, all in
 * one compilation.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitHls, eventLines } from '../../../rtl-templates/hls/index.ts';
import { evaluators } from '../../../sim/evaluate/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { inputValues } from '../../../sim/import/vectors/index.ts';
import { randomEvents } from '../../against/index.ts';
import { testContext, testHeaders } from '../tools.suite.ts';
import { compile } from './compile.ts';
import { readResults } from './read-results.ts';
import { mixedMapping, sideBySide } from './side-by-side.suite.ts';

const FOLDER = 'golden/sparsepixels-keras';
const EVENTS = 24;
const models = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.keras'))
  .map((name) => importModel(join(FOLDER, name)).model);
const reference = evaluators.find(({ name }) => name === 'reference')!;
const headers = testHeaders('vitis');
if (headers.kind === 'missing') console.log(`skipped: ${headers.reason}`);

describe.skipIf(headers.kind === 'missing').each(['parallel', 'stream'] as const)('io_%s', (io) => {
  test('emitted C++ gives what the reference interpreter gives, pooled and rounded by place too', async () => {
    if (headers.kind === 'missing') return;
    const cases = models.map((model, index) => ({
      model,
      inputs: randomEvents(model, EVENTS, 10 * index + 1).map((event) => inputValues(event, model)),
    }));
    const { model, inputs } = sideBySide(cases, EVENTS);
    expect(new Set(model.layers.map(({ kind }) => kind))).toContain('sparse-quantize');
    const logs = mkdtempSync(join(tmpdir(), 'pipewright-logs-'));
    const plan = {
      oracle: 'marked',
      files: emitHls(model, mixedMapping(model, io), 'vitis'),
      headerFolder: headers.folder,
      flags: ['-O0', '-fno-exceptions'],
      compilerVersion: 'any',
      trace: false,
    };
    const folder = await compile(plan, testContext(logs));
    writeFileSync(
      join(logs, 'inputs.txt'),
      eventLines(inputs.map((event) => model.inputs.map((name) => event[name]))),
    );
    const args = ['--inputs', 'inputs.txt', '--results', 'results.txt', '--no-compare'];
    expect(spawnSync(join(folder, 'testbench'), args, { cwd: logs }).status).toBe(0);
    const { events, problem } = readResults(join(logs, 'results.txt'), model);
    expect(problem).toBeUndefined();
    const evaluate = reference.prepare(model);
    const expected = inputs.map((event) => {
      const values = evaluate(event);
      return Object.fromEntries(model.outputs.map((name) => [name, values[name]]));
    });
    expect(events).toEqual(expected);
    rmSync(logs, { recursive: true });
  });
});
