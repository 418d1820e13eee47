/** Files that Brevitas' exports wrote, and the numbers that qonnx' own executor gives for them. */
import { toNumber } from 'fixed-point-ts';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluators } from '../../evaluate/index.ts';
import { importModel } from '../index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventsFromReals } from '../vectors/from-reals.ts';

const FOLDER = 'golden/imports/brevitas';
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.replace('.onnx', ''));

/** Types that lose nothing between the quantisers. */
const PRECISION = { default: 'fixed<32,12>', result: 'auto', accum: 'auto', bias: 'fixed<16,4>' };

describe.each(NAMES)('qonnx, of %s,', (name) => {
  const { x, y } = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as {
    x: number[][];
    y: number[][];
  };

  test.each(evaluators)('gives the values of the imported Model: $name', (evaluator) => {
    const config = join(temporaryFolder().path, 'config.json');
    const own = { global_in: { Precision: 'fixed<24,10>' } };
    writeFileSync(config, JSON.stringify({ Model: { Precision: PRECISION }, LayerName: own }));
    const { model } = importModel(join(FOLDER, `${name}.onnx`), { config });
    const [[input], [output]] = [model.inputs, model.outputs];
    const evaluate = evaluator.prepare(model);
    const reals = { shape: [x.length, ...model.tensors[input].shape], values: x.flat() };
    eventsFromReals(reals, model.tensors[input]).forEach((event, at) => {
      const got = evaluate({ [input]: event.input })[output];
      expect(got.map((raw) => toNumber(raw, model.tensors[output].type))).toEqual(y[at]);
    });
  });
});
