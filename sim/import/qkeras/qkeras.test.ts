import { formatText } from 'fixed-point-ts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compiled } from '../../evaluate/compiled/index.ts';
import { InputError, type InputProblem, type Model } from '../../model/index.ts';
import { importModel } from '../index.ts';
import { readRecordedEvents } from '../vectors/index.ts';
import { quantiseWeight, readQuantiser } from './quantiser.ts';

const DESIGNS = ['jet-16b-full', 'jet-8b-full', 'neutrino-8b-full', 'sparsemnist-16b-full'];

/** Types by layer: of the output, the accumulator, the weights. */
function typesOf(model: Model): Map<string, Record<string, string>> {
  return new Map(
    model.layers.map((layer) => [
      layer.name,
      {
        result: formatText(model.tensors[layer.outputs[0]].type),
        ...('accumulator' in layer ? { accumulator: formatText(layer.accumulator) } : {}),
        ...('weights' in layer ? { weights: formatText(model.constants[layer.weights].type) } : {}),
      },
    ]),
  );
}

describe.each(DESIGNS)('the QKeras model of the published design %s', (design) => {
  const published = importModel(join('golden/sparsepixels', design)).model;
  const folder = join('golden/qkeras', design);

  test('has the firmware’s weights and types, but for the last dense layer, whose type was edited in the firmware', () => {
    const { model } = importModel(join(folder, 'keras_model.keras'));
    const ours = typesOf(model);
    for (const [name, types] of typesOf(published)) {
      if (name === 'dense2') continue;
      expect(ours.get(name), name).toEqual(types);
    }
    for (const layer of published.layers) {
      const own = model.layers.find(({ name }) => name === layer.name)!;
      if (!('weights' in layer) || !('weights' in own)) continue;
      expect(model.constants[own.weights].raw).toEqual(published.constants[layer.weights].raw);
      expect(model.constants[own.bias].raw).toEqual(published.constants[layer.bias].raw);
    }
  });

  test('gives the recorded outputs bit for bit once that type is configured', () => {
    const edited = formatText(
      published.tensors[published.layers.find(({ name }) => name === 'dense2')!.outputs[0]].type,
    );
    const config = parse(readFileSync(join(folder, 'hls4ml_config.yml'), 'utf8'), { logLevel: 'silent' }) as {
      HLSConfig: { LayerName: Record<string, { Precision: Record<string, string> }> };
    };
    const { dense2, dense2_linear: linear } = config.HLSConfig.LayerName;
    Object.assign(dense2.Precision, { accum: edited, result: edited });
    // a linear activation of another type would stay, as a conversion
    linear.Precision.result = edited;
    const scratch = mkdtempSync(join(tmpdir(), 'qkeras-'));
    const file = join(scratch, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    const { model } = importModel(join(folder, 'keras_model.keras'), { config: file });
    rmSync(scratch, { recursive: true });
    const evaluate = compiled.prepare(model);
    const events = readRecordedEvents(join('golden/sparsepixels', design, 'vectors.json'), model).slice(
      0,
      12,
    );
    for (const { input, expected } of events) {
      expect(evaluate({ [model.inputs[0]]: input })[model.outputs[0]]).toEqual(expected);
    }
  });
});

describe('weights of few levels', () => {
  const weight = { shape: [7], values: Float64Array.of(-0.6, -0.33, -0.2, 0, 0.2, 0.33, 0.6) };
  const levels = (call: string, field = 'kernel_quantizer') =>
    quantiseWeight('layer', field, weight, readQuantiser('layer', field, call));

  // expected: QKeras 0.9.0's own quantisers of these numbers
  test.each([
    ['binary(alpha=1)', [-1, -1, -1, 1, 1, 1, 1]],
    ['ternary(alpha=1)', [-1, -1, 0, 0, 0, 1, 1]],
    ['ternary(1, 0.2)', [-1, -1, -1, 0, 1, 1, 1]],
  ])('of %s are those of QKeras', (call, expected) => {
    const { values, type } = levels(call);
    expect([...values]).toEqual(expected);
    expect(formatText(type!)).toBe('int<2>');
  });

  test('of a binary kernel alone are of one bit in the firmware', () => {
    expect(levels('binary(alpha=1)').xnor).toBe(true);
    expect(levels('binary(alpha=1)', 'bias_quantizer').xnor).toBeUndefined();
    expect(levels('ternary(alpha=1)').xnor).toBeUndefined();
  });

  test.each([
    ["binary(alpha='auto')", 'kernel_quantizer.alpha'],
    ['binary(1, alpha=1)', 'kernel_quantizer.use_01'],
    ["ternary(alpha='auto_po2')", 'kernel_quantizer.alpha'],
    ["ternary(alpha=1, threshold='auto')", 'kernel_quantizer'],
    ['stochastic_ternary(alpha=1)', 'kernel_quantizer'],
  ])('of %s are refused', (call, field) => {
    let problem: InputProblem | undefined;
    try {
      levels(call);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      ({ problem } = error);
    }
    expect(problem).toMatchObject({ code: 'QKE002', layer: 'layer', field });
    expect(problem?.mend).toBeTruthy();
  });
});
