import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitHls, eventLines, HLS_LAYER_KINDS, HLS_TARGETS } from '../../../rtl-templates/hls/index.ts';
import { arbitraryCase } from '../../../sim/evaluate/arbitrary-model.ts';
import { evaluators, type Values } from '../../../sim/evaluate/index.ts';
import {} from '../../../sim/model/index.ts';
import { readResults } from './read-results.ts';
import { compile } from './compile.ts';
import { testContext, testHeaders } from '../tools.suite.ts';
import { ONE_LAYER_KINDS, oneLayerCase } from './one-layer.suite.ts';
import { type Case, mixedMapping, sideBySide } from './side-by-side.suite.ts';

const reference = evaluators.find(({ name }) => name === 'reference')!;
const MODELS = 8;
const EVENTS = 3;

/** Models that together have every layer kind, then any others up to a number. */
function drawCases(maxWidth: number, seed: number, fits: (one: Case) => boolean): Case[] {
  const writable = ({ model }: Case) => model.layers.every(({ kind }) => HLS_LAYER_KINDS.includes(kind));
  const drawn = fc.sample(arbitraryCase({ maxWidth }, EVENTS).filter(writable).filter(fits), {
    numRuns: 300,
    seed,
  });
  const covered = new Set<string>();
  const chosen = drawn.filter(({ model }) => {
    const adds = model.layers.some(({ kind }) => !covered.has(kind));
    if (adds) model.layers.forEach(({ kind }) => covered.add(kind));
    return adds;
  });
  // sparse-quantize stands behind sparse layers of its own dialect: marked-slots.tool.test.ts.
  const others: readonly string[] = [...ONE_LAYER_KINDS, 'sparse-quantize'];
  expect([...new Set([...covered, ...others])].sort()).toEqual([...HLS_LAYER_KINDS].sort());
  return [...chosen, ...drawn.filter((one) => !chosen.includes(one))].slice(
    0,
    Math.max(MODELS, chosen.length),
  );
}

/** ac_fixed has neither AC_WRAP_SM nor saturated bits. */
function onlyAcTypes({ model }: Case): boolean {
  const text = JSON.stringify(model, (_, value: unknown) => (typeof value === 'bigint' ? 0 : value));
  return !/"WRAP_SM"/.test(text) && !/"overflow":"WRAP","saturationBits":[1-9]/.test(text);
}

describe.each(HLS_TARGETS)('random Models as %s C++', (target) => {
  const headers = testHeaders(target);
  if (headers.kind === 'missing') console.log(`skipped: ${headers.reason}`);

  describe.skipIf(headers.kind === 'missing').each(['parallel', 'stream'] as const)('io_%s', (io) => {
    test.each([
      ['of types up to 16 bits', 16, 1, 4],
      // ap_fixed beyond 64 bits takes g++ minutes; ac_fixed does not.
      ['of types up to 90 bits', 90, 2, target === 'vitis' ? 0 : 1],
    ])('%s give what the reference interpreter gives', async (_, maxWidth, seed, oneLayerSeeds) => {
      if (headers.kind === 'missing') return;
      const plain = target !== 'vitis';
      const cases = [
        ...drawCases(maxWidth, seed, (one) => !plain || onlyAcTypes(one)),
        ...ONE_LAYER_KINDS.flatMap((kind) =>
          Array.from({ length: oneLayerSeeds }, (_, at) =>
            oneLayerCase(kind, at + 10 * seed, maxWidth, plain, EVENTS),
          ),
        ),
      ];
      const { model, inputs } = sideBySide(cases, EVENTS);
      const logs = mkdtempSync(join(tmpdir(), 'pipewright-logs-'));
      const plan = {
        oracle: 'random',
        files: emitHls(model, mixedMapping(model, io), target),
        headerFolder: headers.folder,
        flags: target === 'vitis' ? ['-O0', '-fno-exceptions'] : ['-O0'],
        compilerVersion: 'any',
        trace: false,
      };
      const folder = await compile(plan, testContext(logs));
      writeFileSync(
        join(logs, 'inputs.txt'),
        eventLines(inputs.map((event) => model.inputs.map((name) => event[name]))),
      );
      const args = ['--inputs', 'inputs.txt', '--results', 'results.txt', '--no-compare'];
      const { status } = spawnSync(join(folder, 'testbench'), args, { cwd: logs });
      expect(status).toBe(0);
      const { events, problem } = readResults(join(logs, 'results.txt'), model);
      expect(problem).toBeUndefined();

      const evaluate = reference.prepare(model);
      const outputs = (values: Values) =>
        Object.fromEntries(model.outputs.map((name) => [name, values[name]]));
      expect(events.map(outputs)).toEqual(inputs.map((event) => outputs(evaluate(event))));
      expect(readFileSync(join(logs, 'results.txt'), 'utf8').length).toBeGreaterThan(100);
      rmSync(logs, { recursive: true });
    });
  });
});
