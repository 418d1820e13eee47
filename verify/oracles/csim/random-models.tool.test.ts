import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitHls, eventLines, HLS_LAYER_KINDS, HLS_TARGETS } from '../../../rtl-templates/hls/index.ts';
import { arbitraryCase } from '../../../sim/evaluate/arbitrary-model.ts';
import { evaluators, type Values } from '../../../sim/evaluate/index.ts';
import { type Layer, type Mapping, MAPPING_SCHEMA, type Model } from '../../../sim/model/index.ts';
import { readResults } from './read-results.ts';
import { compile } from './compile.ts';
import { testContext, testHeaders } from '../tools.suite.ts';

const reference = evaluators.find(({ name }) => name === 'reference')!;
const MODELS = 8;
const EVENTS = 3;

interface Case {
  readonly model: Model;
  readonly inputs: readonly Values[];
}

/** Many Models side by side as one, so that one compilation tests them all: every name gets its Model's number. */
function sideBySide(cases: readonly Case[]): Case {
  const of = (index: number) => (name: string) => `m${index} ${name}`;
  const renamed = cases.map(({ model }, index) => {
    const rename = of(index);
    const record = <T>(entries: Readonly<Record<string, T>>) =>
      Object.entries(entries).map(([name, value]) => [rename(name), value] as const);
    const layers = model.layers.map((layer): Layer => {
      const wired = {
        ...layer,
        name: rename(layer.name),
        inputs: layer.inputs.map(rename),
        outputs: layer.outputs.map(rename),
      };
      const constants = ['weights', 'bias', 'table', 'expTable', 'inverseTable'].flatMap((field) =>
        field in layer ? [[field, rename((layer as unknown as Record<string, string>)[field])] as const] : [],
      );
      return { ...wired, ...Object.fromEntries(constants) };
    });
    return {
      inputs: model.inputs.map(rename),
      outputs: model.outputs.map(rename),
      layers,
      tensors: record(model.tensors),
      constants: record(model.constants),
    };
  });
  return {
    model: {
      ...cases[0].model,
      name: 'side by side',
      inputs: renamed.flatMap(({ inputs }) => inputs),
      outputs: renamed.flatMap(({ outputs }) => outputs),
      tensors: Object.fromEntries(renamed.flatMap(({ tensors }) => tensors)),
      constants: Object.fromEntries(renamed.flatMap(({ constants }) => constants)),
      layers: renamed.flatMap(({ layers }) => layers),
    },
    inputs: Array.from({ length: EVENTS }, (_, event) =>
      Object.fromEntries(
        cases.flatMap(({ model, inputs }, index) =>
          model.inputs.map((name) => [of(index)(name), inputs[event][name]]),
        ),
      ),
    ),
  };
}

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
  expect([...covered].sort()).toEqual([...HLS_LAYER_KINDS].sort());
  return [...chosen, ...drawn.filter((one) => !chosen.includes(one))].slice(
    0,
    Math.max(MODELS, chosen.length),
  );
}

/** Strategies and reuse factors that change from layer to layer: a Mapping must never change a value. */
function mappingOf(model: Model, io: 'parallel' | 'stream'): Mapping {
  const layers = model.layers.map(({ name }, index) => [
    name,
    {
      strategy: index % 2 === 0 ? ('resource' as const) : ('latency' as const),
      reuseFactor: [1, 2, 3, 5, 16, 1000][index % 6],
    },
  ]);
  return {
    schema: MAPPING_SCHEMA,
    part: 'xcu250-figd2104-2L-e',
    clockNs: 5,
    clockUncertaintyNs: 0.625,
    io,
    default: {},
    layers: Object.fromEntries(layers) as Mapping['layers'],
    fifoDepths: {},
  };
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
      ['of types up to 16 bits', 16, 1],
      ['of types up to 90 bits', 90, 2],
    ])('%s give what the reference interpreter gives', async (_, maxWidth, seed) => {
      if (headers.kind === 'missing') return;
      const cases = drawCases(maxWidth, seed, (one) => target === 'vitis' || onlyAcTypes(one));
      const { model, inputs } = sideBySide(cases);
      const logs = mkdtempSync(join(tmpdir(), 'pipewright-logs-'));
      const plan = {
        oracle: 'random',
        files: emitHls(model, mappingOf(model, io), target),
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
