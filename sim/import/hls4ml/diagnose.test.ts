import { fracBits, toNumber } from 'fixed-point-ts';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCase } from '../../../bench/hls4ml-case.ts';
import { reference } from '../../evaluate/reference/index.ts';
import { importModel } from '../index.ts';
import { readHdf5 } from '../hdf5/index.ts';
import { unzipSync, zipSync } from 'fflate';

const folder = mkdtempSync(join(tmpdir(), 'diagnose-'));
afterAll(() => rmSync(folder, { recursive: true }));

const caseFile = (name: string) => join('golden/hls4ml', name, 'model.keras');
const configFile = (name: string) => join('golden/hls4ml', name, 'hls_config.json');

function warningsOf(name: string, config = configFile(name)): string[] {
  return (importModel(caseFile(name), { config }).warnings ?? []).map(
    (warning) => `${warning.name} ${warning.layer}`,
  );
}

interface Config {
  hls_config: { Model: Record<string, unknown>; LayerName: Record<string, Record<string, unknown>> };
}

function changedConfig(name: string, change: (config: Config) => void): string {
  const config = JSON.parse(readFileSync(configFile(name), 'utf8')) as Config;
  change(config);
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  return path;
}

test('entries that nothing knows are named, with the nearest that is known', () => {
  const config = changedConfig('conv2d_par_latency', ({ hls_config: { Model, LayerName } }) => {
    Model.ReuseFaktor = 4;
    LayerName.c1 = { ...LayerName.c1, Precision: { acum: 'fixed<16,6>', default: 'fixed<16,6>' } };
    LayerName.c7 = { ReuseFactor: 2 };
  });
  const found = importModel(caseFile('conv2d_par_latency'), { config }).warnings ?? [];
  expect(found.filter(({ name }) => name === 'unknown-configuration-entry')).toEqual([
    expect.objectContaining({
      what: 'Model.ReuseFaktor is no key that hls4ml knows, and is ignored',
      mend: "did you mean 'ReuseFactor'?",
    }),
    expect.objectContaining({
      what: 'LayerName.c1.Precision.acum is no variable that hls4ml knows, and is ignored',
      mend: "did you mean 'accum'?",
    }),
    expect.objectContaining({
      what: 'LayerName.c7 names a layer that the model does not have, and is ignored',
      mend: "did you mean 'c1'?",
    }),
  ]);
});

test('no recorded configuration has such an entry', () => {
  for (const name of [
    'mlp_jet_mixed_modes',
    'bidirectional_lstm_par',
    'unet1d_par_dev',
    'softmax_impls_parallel',
  ]) {
    const found = importModel(caseFile(name), { config: configFile(name) }).warnings ?? [];
    expect(found.filter((warning) => warning.name === 'unknown-configuration-entry')).toEqual([]);
  }
});

describe('known traps are named with their place', () => {
  test.each([
    ['mlp_jet_latency_auto', 'coarse-softmax-table output_softmax'],
    ['globalpool_par', 'wrapping-average ga2'],
    ['globalpool_par', 'wrapping-average ga1'],
    ['gru_before_par', 'gru-reset-before rnn'],
    ['act_piecewise_parallel', 'hard-sigmoid-slope a_hs'],
    ['mlp_jet_latency_auto', 'floored-weights fc1'],
  ])('%s: %s', (name, expected) => {
    expect(warningsOf(name)).toContain(expected);
  });

  test('and none where there is none: a pool whose accumulator was widened, a softmax of 16 bits', () => {
    expect(warningsOf('pool2d_par')).toEqual([]);
    expect(
      warningsOf('mlp_jet_latency_model166').filter((warning) => !warning.startsWith('floored')),
    ).toEqual([]);
  });

  test('a reuse factor that no kernel can have', () => {
    const config = changedConfig(
      'mlp_jet_resource_rf4',
      ({ hls_config }) => (hls_config.LayerName.fc1.ReuseFactor = 3),
    );
    expect(warningsOf('mlp_jet_resource_rf4', config)).toContain('replaced-reuse-factor fc1');
    const { mapping } = importModel(caseFile('mlp_jet_resource_rf4'), { config });
    // of 16 x 64 weights: 2 and 4 share evenly and are as near, hls4ml takes the smaller
    expect(mapping?.layers.fc1).toEqual({ strategy: 'resource', reuseFactor: 2 });
  });

  test('a precision of a table where hls4ml does not look', () => {
    const names = importModel(caseFile('act_table_parallel')).model.layers.map(({ name }) => name);
    const sigmoid = names.find((name) => name.includes('sig'))!;
    const named = changedConfig('act_table_parallel', ({ hls_config }) => {
      hls_config.LayerName[sigmoid] = { Precision: { result: 'auto', table: 'fixed<10,2>' } };
    });
    expect(warningsOf('act_table_parallel', named)).toContain(`ignored-table-precision ${sigmoid}`);
  });
});

describe('what the configuration can mend is mended', () => {
  test('the jet tagger gives the probabilities of the float model instead of 0.2 for every class', () => {
    const name = 'mlp_jet_latency_auto';
    const { model, warnings } = importModel(caseFile(name), { config: configFile(name), fix: true });
    expect(warnings?.every(({ mend }) => mend?.startsWith('mended'))).toBe(true);
    const weights = readHdf5(unzipSync(readFileSync(caseFile(name)))['model.weights.h5']).at('layers')!;
    const float = (x: readonly number[]) =>
      ['dense', 'dense_1', 'dense_2', 'dense_3'].reduce((values, layer, index) => {
        const [kernel, bias] = ['0', '1'].map((at) => weights.at(layer, 'vars', at)!.numbers()!.values);
        const sums = Array.from(bias, (start, j) =>
          values.reduce((sum, value, i) => sum + value * kernel[i * bias.length + j], start),
        );
        if (index < 3) return sums.map((sum) => Math.max(sum, 0));
        const exponentials = sums.map((sum) => Math.exp(sum - Math.max(...sums)));
        return exponentials.map((value) => value / exponentials.reduce((a, b) => a + b));
      }, x);
    const evaluate = reference.prepare(model);
    const { type } = model.tensors[model.inputs[0]];
    const worst = readCase(join('golden/hls4ml', name)).inputs.map((inputs) => {
      const x = inputs[model.inputs[0]];
      const got = evaluate({ [model.inputs[0]]: x })[model.outputs[0]];
      const wanted = float(x.map((raw) => toNumber(raw, type)));
      return Math.max(
        ...wanted.map((value, j) => Math.abs(value - toNumber(got[j], model.tensors[model.outputs[0]].type))),
      );
    });
    // the table's entries stand 1/32 apart
    expect(Math.max(...worst)).toBeLessThan(0.05);
  });

  test('a global average is the mean', () => {
    const name = 'globalpool_par';
    const { model } = importModel(caseFile(name), { config: configFile(name), fix: true });
    const evaluate = reference.prepare(model);
    const [image] = model.inputs;
    const { shape } = model.tensors[image];
    const channels = shape.at(-1)!;
    for (const inputs of readCase(join('golden/hls4ml', name)).inputs) {
      const got = evaluate(inputs)['ga2'];
      const means = Array.from({ length: channels }, (_, channel) => {
        const values = inputs[image].filter((_raw, at) => at % channels === channel).map(Number);
        return values.reduce((a, b) => a + b, 0) / values.length;
      });
      got.forEach((raw, channel) => expect(Math.abs(Number(raw) - means[channel])).toBeLessThanOrEqual(1));
    }
  });

  const mend = (path: string, layer: string, fix: boolean) => {
    const { model, warnings } = importModel(path, { fix });
    const own = model.layers.find((one) => one.name === layer)!;
    const [x, y] = [model.tensors[own.inputs[0]], model.tensors[own.outputs[0]]];
    const one = { ...model, inputs: own.inputs, outputs: own.outputs, layers: [own] };
    const evaluate = reference.prepare(one);
    const run = (raw: readonly bigint[]) =>
      evaluate({ [own.inputs[0]]: raw })[own.outputs[0]].map((value) => toNumber(value, y.type));
    return { x, run, warnings: (warnings ?? []).filter((warning) => warning.layer === layer) };
  };

  test('a hard sigmoid has the slope of Keras 3', () => {
    const [before, after] = [false, true].map((fix) => mend(caseFile('act_piecewise_parallel'), 'a_hs', fix));
    expect(after.warnings).toEqual([
      expect.objectContaining({
        name: 'hard-sigmoid-slope',
        mend: 'mended: a_hs has the slope 1/6 in the Model',
      }),
    ]);
    const { type, shape } = before.x;
    const size = shape.reduce((a, b) => a * b, 1);
    const step = 2 ** (type.integerBits - type.width);
    const raw = Array.from({ length: size }, (_, at) => BigInt(Math.round((((at % 13) - 6) * 0.5) / step)));
    const meant = raw.map((value) => Math.min(Math.max(toNumber(value, type) / 6 + 0.5, 0), 1));
    const worst = ({ run }: typeof before) =>
      Math.max(...run(raw).map((value, at) => Math.abs(value - meant[at])));
    expect(worst(before)).toBeGreaterThan(0.07);
    // the output's step and the slope's 16 bits
    expect(worst(after)).toBeLessThan(0.01);
  });

  test('a softmax activation on several axes normalises the last', () => {
    const files = unzipSync(readFileSync(caseFile('softmax_multidim_parallel')));
    const config = JSON.parse(new TextDecoder().decode(files['config.json'])) as {
      config: { layers: { class_name: string; config: Record<string, unknown> }[] };
    };
    const own = config.config.layers.find(
      ({ class_name, config: { axis } }) => class_name === 'Softmax' && axis === -1,
    )!;
    const layer = String(own.config.name);
    Object.assign(own, { class_name: 'Activation', config: { name: layer, activation: 'softmax' } });
    files['config.json'] = new TextEncoder().encode(JSON.stringify(config));
    const path = join(folder, 'softmax.keras');
    writeFileSync(path, zipSync(files));
    const [before, after] = [false, true].map((fix) => mend(path, layer, fix));
    expect(before.warnings.map(({ name }) => name)).toContain('softmax-over-whole-tensor');
    expect(after.warnings.map(({ mend: done }) => done)).toContainEqual(
      expect.stringMatching(/^mended: .* normalises axis \d in the Model$/),
    );
    const { shape } = before.x;
    const [rows, classes] = [shape.slice(0, -1).reduce((a, b) => a * b, 1), shape.at(-1)!];
    const zeros = Array.from({ length: rows * classes }, () => 0n);
    const worst = ({ run }: typeof before) =>
      Math.max(...run(zeros).map((value) => Math.abs(value - 1 / classes)));
    expect(worst(before)).toBeGreaterThan(0.5 / classes);
    expect(worst(after)).toBeLessThan(0.02);
  });

  test('weights go to the nearest value of their type', () => {
    const name = 'mlp_jet_latency_rf4';
    const float = readHdf5(unzipSync(readFileSync(caseFile(name)))['model.weights.h5']).at('layers')!;
    const kernel = float.at('dense', 'vars', '0')!.numbers()!.values;
    const furthest = (fix: boolean) => {
      const { model } = importModel(caseFile(name), { config: configFile(name), fix });
      const { raw, type } = model.constants['fc1.weight'];
      expect(raw).toHaveLength(kernel.length);
      const steps = Array.from(
        kernel,
        (value, at) => Math.abs(toNumber(raw![at], type) - value) * 2 ** fracBits(type),
      );
      return Math.max(...steps);
    };
    expect(furthest(false)).toBeGreaterThan(0.9);
    // weights are printed with as many decimals as they have fraction bits before they are read
    expect(furthest(true)).toBeLessThanOrEqual(0.5 + 0.5 * (2 / 10) ** 10 + 1e-9);
  });

  test('a reuse factor is the one that the kernel is built with', () => {
    const config = changedConfig(
      'mlp_jet_resource_rf4',
      ({ hls_config }) => (hls_config.LayerName.fc1.ReuseFactor = 3),
    );
    const fixed = importModel(caseFile('mlp_jet_resource_rf4'), { config, fix: true });
    expect(fixed.mapping?.layers.fc1).toEqual({ strategy: 'resource', reuseFactor: 2 });
    expect(fixed.warnings).toContainEqual(
      expect.objectContaining({ name: 'replaced-reuse-factor', mend: 'mended: fc1.ReuseFactor = 2' }),
    );
  });

  test('a table has the precision that was given where hls4ml does not look', () => {
    const name = 'act_table_parallel';
    const sigmoid = importModel(caseFile(name)).model.layers.find((layer) =>
      layer.name.includes('sig'),
    )!.name;
    const tableOf = (entry: Record<string, unknown>, fix: boolean) => {
      const config = changedConfig(name, ({ hls_config }) => {
        hls_config.LayerName[sigmoid] = entry;
      });
      const { model } = importModel(caseFile(name), { config, fix });
      const layer = model.layers.find((one) => one.name === sigmoid)!;
      return model.constants[(layer as { readonly table: string }).table];
    };
    const wrong = { Precision: { result: 'auto', table: 'fixed<10,2>' } };
    const right = { Precision: { result: 'auto' }, table_t: 'fixed<10,2>' };
    expect(tableOf(wrong, false)).not.toEqual(tableOf(right, false));
    expect(tableOf(wrong, true)).toEqual(tableOf(right, false));
  });

  test('a ReLU layer between quantisers lets no negative number pass', () => {
    const path = 'golden/hgq2/relu_layers/model.keras';
    const [before, after] = [false, true].map((fix) => {
      const { model } = importModel(path, { fix });
      const evaluate = reference.prepare(model);
      const [x] = model.inputs;
      return readCase('golden/hgq2/relu_layers').inputs.flatMap((inputs) => {
        const got = evaluate({ [x]: inputs[x] });
        const relu = model.layers.find(({ name }) => name === 'relu')!;
        const from = got[relu.inputs[0]].map((raw) => toNumber(raw, model.tensors[relu.inputs[0]].type));
        const to = got[relu.outputs[0]].map((raw) => toNumber(raw, model.tensors[relu.outputs[0]].type));
        return from.map((value, at) => ({ value, got: to[at] }));
      });
    });
    expect(before.some(({ value, got }) => value < 0 && got < 0)).toBe(true);
    for (const { value, got } of after) expect(got).toBe(Math.max(value, 0));
  });

  test('and is not warned of again, in any recorded case', () => {
    const cases = readdirSync('golden/hls4ml').filter((name) => existsSync(caseFile(name)));
    const mendedNames = new Set<string>();
    for (const name of cases) {
      const { warnings = [] } = importModel(caseFile(name), { config: configFile(name), fix: true });
      const isMended = (mend: string | undefined) => mend?.startsWith('mended: ') === true;
      const key = (warning: (typeof warnings)[number]) => `${warning.name} ${warning.layer}`;
      const mended = warnings.filter(({ mend }) => isMended(mend)).map(key);
      const left = warnings.filter(({ mend }) => !isMended(mend)).map(key);
      for (const one of mended) mendedNames.add(one.split(' ')[0]);
      expect(
        left.filter((one) => mended.includes(one)),
        name,
      ).toEqual([]);
    }
    expect([...mendedNames].sort()).toEqual([
      'coarse-softmax-table',
      'floored-weights',
      'hard-sigmoid-slope',
      'replaced-reuse-factor',
      'wrapping-average',
    ]);
  });

  test('what cannot be mended says why and stays a warning', () => {
    const { warnings } = importModel(caseFile('gru_before_par'), {
      config: configFile('gru_before_par'),
      fix: true,
    });
    expect(warnings?.find(({ name }) => name === 'gru-reset-before')?.mend).toMatch(/--fix cannot mend it/);
  });
});

test('a ReLU layer between quantisers, whose threshold is compared as unsigned, is named', () => {
  const { model, warnings = [] } = importModel('golden/hgq2/relu_layers/model.keras');
  expect(warnings).toContainEqual(expect.objectContaining({ name: 'unsigned-threshold', layer: 'relu' }));
  expect(model.layers.find(({ name }) => name === 'relu')?.kind).toBe('reshape');
});
