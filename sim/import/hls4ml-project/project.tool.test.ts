import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCase } from '../../../bench/hls4ml-case.ts';
import { reference } from '../../evaluate/reference/index.ts';
import { importModel } from '../index.ts';

/** Python with hls4ml 1.3, Keras 3 and one of its backends (`pip install hls4ml==1.3.0 keras jax`). */
const PYTHON = process.env.PIPEWRIGHT_PYTHON ?? 'python3';

function missing(): string | undefined {
  try {
    execFileSync(PYTHON, ['-c', 'import hls4ml, keras'], {
      env: { ...process.env, KERAS_BACKEND: 'jax' },
      stdio: 'ignore',
      timeout: 120_000,
    });
    return undefined;
  } catch {
    return `${PYTHON} has no hls4ml with Keras on jax; set PIPEWRIGHT_PYTHON`;
  }
}
const reason = missing();
if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);

const CASES = [
  'mlp_jet_mixed_modes',
  'mlp_jet_resource_rf4',
  'conv2d_par_same_stride2',
  'conv2d_stream_resource_rf',
  'act_piecewise_parallel',
  'softmax_multidim_parallel',
  'unet1d_par_dev',
  'resblock_stream_dev',
];

const SCRIPT = `
import json, keras, sys, hls4ml
for name in sys.argv[2:]:
    case = f'golden/hls4ml/{name}'
    model = keras.models.load_model(f'{case}/model.keras', compile=False)
    config = json.load(open(f'{case}/hls_config.json'))
    hls4ml.converters.convert_from_keras_model(
        model, hls_config=config['hls_config'], output_dir=f'{sys.argv[1]}/{name}', **config['convert']
    ).write()
`;

describe.skipIf(reason !== undefined)('projects that hls4ml writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'projects-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('give the recorded outputs from their firmware alone', () => {
    const script = join(folder, 'write.py');
    writeFileSync(script, SCRIPT);
    execFileSync(PYTHON, [script, folder, ...CASES], {
      cwd: resolve('.'),
      env: { ...process.env, KERAS_BACKEND: 'jax' },
      stdio: 'ignore',
      timeout: 500_000,
    });
    for (const name of CASES) {
      const { model } = importModel(join(folder, name));
      const recorded = readCase(join('golden/hls4ml', name));
      const evaluate = reference.prepare(model);
      const outputs = Object.values(recorded.outputs);
      recorded.inputs.forEach((inputs, event) => {
        const own = Object.fromEntries(model.inputs.map((input) => [input, inputs[input]]));
        const got = evaluate(own);
        model.outputs.forEach((output, index) =>
          expect(got[output], `${name}, event ${event}`).toEqual(outputs[index][event]),
        );
        for (const [layer, raw] of Object.entries(recorded.traces))
          if (got[layer]) expect(got[layer], `${name}, ${layer}, event ${event}`).toEqual(raw[event]);
      });
    }
  });
});
