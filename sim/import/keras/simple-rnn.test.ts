import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toNumber } from 'fixed-point-ts';
import { afterAll, expect, test } from 'vitest';
import { evaluators } from '../../evaluate/index.ts';
import { importModel } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'simple-rnn-'));
afterAll(() => rmSync(folder, { recursive: true }));

const recorded = JSON.parse(readFileSync('golden/keras/simple_rnn.json', 'utf8')) as {
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
};

test('simple recurrent layers, one after the other and in both directions, give what Keras gives, to the last bit', () => {
  const config = join(folder, 'config.json');
  const narrow = 'fixed<6,3>';
  const Precision = Object.fromEntries(
    ['', 'forward_', 'backward_'].flatMap((side) =>
      ['weight', 'recurrent_weight', 'bias', 'recurrent_bias'].map((name) => [`${side}${name}`, narrow]),
    ),
  );
  const layer = { Precision: { default: 'fixed<26,4>', ...Precision } };
  const LayerName = { every: layer, both: layer, last: layer };
  const hls = { HLSConfig: { Model: { Precision: 'fixed<26,4>', ReuseFactor: 1 }, LayerName } };
  writeFileSync(config, JSON.stringify(hls));
  const { model } = importModel('golden/keras/simple_rnn.keras', { config });
  expect(
    model.layers.flatMap((layer) => (layer.kind === 'recurrent' ? [[layer.cell, layer.backward]] : [])),
  ).toEqual([
    ['simple', false],
    ['simple', false],
    ['simple', true],
  ]);
  const [name, out] = [model.inputs[0], model.outputs[0]];
  const { type } = model.tensors[name];
  const scale = 2 ** (type.width - type.integerBits);
  for (const evaluator of evaluators) {
    const evaluate = evaluator.prepare(model);
    const got = recorded.x.map((x) =>
      evaluate({ [name]: x.map((value) => BigInt(value * scale)) })[out].map((raw) =>
        toNumber(raw, model.tensors[out].type),
      ),
    );
    expect(got).toEqual(recorded.y);
  }
});
