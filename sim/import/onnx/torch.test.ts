/** Files that torch.onnx.export(..., dynamo=True) wrote. */
import { formatText, toNumber } from 'fixed-point-ts';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCase } from '../../../bench/hls4ml-case.ts';
import { evaluators } from '../../evaluate/index.ts';
import { importModel } from '../index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventsFromReals } from '../vectors/from-reals.ts';

const FOLDER = 'golden/imports/torch';
const has = (file: string) =>
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(FOLDER, entry.name)).includes(file))
    .map(({ name }) => name);

describe.each(has('vectors.json.gz'))("hls4ml's firmware of %s", (name) => {
  const recorded = readCase(join(FOLDER, name));

  test('has the types of the imported Model', () => {
    const text = (which: 'ours' | 'theirs') =>
      Object.fromEntries(recorded.types.map((type) => [type.place, formatText(type[which])]));
    expect(text('ours')).toEqual(text('theirs'));
  });

  test.each(evaluators)('gives its values: $name', (evaluator) => {
    const evaluate = evaluator.prepare(recorded.imported.model);
    recorded.inputs.forEach((inputs, event) => {
      const got = evaluate(inputs);
      for (const [tensor, raw] of Object.entries(recorded.outputs))
        expect(got[tensor], `${tensor}, event ${event}`).toEqual(raw[event]);
    });
  });
});

interface Exact {
  readonly x: number[][];
  /** Outputs x events x values. */
  readonly y: number[][][];
}

describe.each(has('vectors.json'))('torch itself, of %s,', (name) => {
  const { x, y } = JSON.parse(readFileSync(join(FOLDER, name, 'vectors.json'), 'utf8')) as Exact;

  test.each(evaluators)('gives the values of a design that loses nothing: $name', (evaluator) => {
    const config = join(temporaryFolder().path, 'config.json');
    writeFileSync(config, JSON.stringify({ Model: { Precision: 'fixed<26,12>' } }));
    const { model } = importModel(join(FOLDER, name, 'model.onnx'), { config });
    expect(model.outputs).toHaveLength(y.length);
    const [input] = model.inputs;
    const reals = { shape: [x.length, ...model.tensors[input].shape], values: x.flat() };
    const evaluate = evaluator.prepare(model);
    eventsFromReals(reals, model.tensors[input]).forEach((event, at) => {
      const got = evaluate({ [input]: event.input });
      model.outputs.forEach((output, index) => {
        const values = got[output].map((raw) => toNumber(raw, model.tensors[output].type));
        expect(values, `${output}, event ${at}`).toEqual(y[index][at]);
      });
    });
  });
});

test('a file of values that is missing, cut off or elsewhere is named', () => {
  const folder = temporaryFolder().path;
  const path = join(folder, 'model.onnx');
  cpSync(`${FOLDER}/mlp/model.onnx`, path);
  const refusal = () => importModel(path);
  expect(refusal).toThrow(/IMP001[^]*model\.onnx\.data/);
  writeFileSync(`${path}.data`, new Uint8Array(100));
  expect(refusal).toThrow(/ONX002[^]*model\.onnx\.data, which has 100 bytes[^]*mend/);
  const elsewhere = readFileSync(path).toString('latin1').replaceAll('model.onnx.data', '../model.onnx.d');
  writeFileSync(path, Buffer.from(elsewhere, 'latin1'));
  expect(refusal).toThrow(/ONX002[^]*is no file in the model's folder/);
});
