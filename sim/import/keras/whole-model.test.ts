/** Whole models in one HDF5 file, of Keras 2 and of Keras 3. */
import { fromNumber } from 'fixed-point-ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { evaluators } from '../../evaluate/index.ts';
import { importModel } from '../index.ts';

const FOLDER = 'golden/imports/keras-h5';
const NAMES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

interface Recorded {
  readonly inputs: readonly { value: string[][] }[];
  readonly outputs: readonly { type: { width: number; integer: number }; raw: (number | string)[][] }[];
}

describe.each(NAMES)("hls4ml's firmware of %s/model.h5", (name) => {
  const folder = join(FOLDER, name);
  const recorded = JSON.parse(
    gunzipSync(readFileSync(join(folder, 'vectors.json.gz'))).toString('utf8'),
  ) as Recorded;

  test.each(evaluators)('gives the values of the imported Model: $name', (evaluator) => {
    const { model } = importModel(join(folder, 'model.h5'), { config: join(folder, 'hls_config.json') });
    const evaluate = evaluator.prepare(model);
    const [input, output] = [model.inputs[0], model.outputs[0]];
    const { type } = model.tensors[input];
    const { width, integer } = recorded.outputs[0].type;
    expect(model.tensors[output].type).toMatchObject({ width, integerBits: integer });
    recorded.inputs[0].value.forEach((texts, event) => {
      const got = evaluate({ [input]: texts.map((text) => fromNumber(Number(text), type)) })[output];
      expect(got, `event ${event}`).toEqual(recorded.outputs[0].raw[event].map(BigInt));
    });
  });
});
