import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluators } from '../../evaluate/index.ts';
import { importModel } from '../index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A project that compares with a threshold whose type has bits far above the point, as hls4ml writes it between quantisers. */
function writeProject(): string {
  const { path } = temporaryFolder();
  mkdirSync(join(path, 'firmware'));
  const write = (name: string, text: string) => writeFileSync(join(path, 'firmware', name), text);
  write(
    'defines.h',
    'typedef ap_fixed<10,4> input_t;\ntypedef ap_ufixed<2,32> r_param_t;\ntypedef ap_fixed<10,4> r_t;\n',
  );
  write(
    'parameters.h',
    'struct r_config : nnet::activ_config {\n    static const unsigned n_in = 3;\n    static const unsigned table_size = 1024;\n};\n',
  );
  write(
    'myproject.cpp',
    'void myproject(input_t x[3], r_t out[3]) {\n    nnet::thresholded_relu<input_t, r_param_t, r_t, r_config>(x, 0.0, out); // r\n}\n',
  );
  return path;
}

test('a threshold that the firmware of a project compares as unsigned is named, and mended in the Model', () => {
  const project = writeProject();
  const run = (fix: boolean) => {
    const { model, warnings = [] } = importModel(project, { fix });
    const values = evaluators.map(
      (evaluator) => evaluator.prepare(model)({ [model.inputs[0]]: [-5n, 0n, 7n] })[model.outputs[0]],
    );
    return { values, warnings };
  };
  const [asIs, mended] = [run(false), run(true)];
  expect(asIs.warnings).toEqual([expect.objectContaining({ name: 'unsigned-threshold', layer: 'r' })]);
  for (const values of asIs.values) expect(values).toEqual([-5n, 0n, 7n]);
  expect(mended.warnings).toEqual([
    expect.objectContaining({ name: 'unsigned-threshold', mend: 'mended: r is a plain relu in the Model' }),
  ]);
  for (const values of mended.values) expect(values).toEqual([0n, 0n, 7n]);
});
