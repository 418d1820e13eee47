import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { evaluators } from '../../../sim/evaluate/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { inputValues, readEvents } from '../../../sim/import/vectors/index.ts';
import { randomEvents } from '../../against/index.ts';
import { actualOracle } from '../actual/index.ts';
import type { Oracle } from '../oracle.ts';
import { BuildCache } from '../process/build-cache.ts';
import { firmwareOracle } from './index.ts';

/** Python with hls4ml 1.3, Keras 3 and one of its backends (`pip install hls4ml==1.3.0 keras jax`). */
const PYTHON = process.env.PIPEWRIGHT_PYTHON ?? 'python3';

function missing(): string | undefined {
  try {
    const options = { stdio: 'ignore', timeout: 120_000 } as const;
    execFileSync('g++', ['--version'], options);
    execFileSync(PYTHON, ['-c', 'import hls4ml, keras'], {
      ...options,
      env: { ...process.env, KERAS_BACKEND: 'jax' },
    });
    return undefined;
  } catch {
    return `no g++, or ${PYTHON} has no hls4ml with Keras on jax; set PIPEWRIGHT_PYTHON`;
  }
}
const reason = missing();
if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);

/** Two models of ours, one with two inputs and two outputs, as hls4ml writes them, with random inputs for the test bench. */
const SCRIPT = `
import sys, keras, hls4ml, numpy as np
L = keras.layers
a, b = keras.Input((5,), name='a'), keras.Input((5,), name='b')
x, y = L.Dense(4, name='x')(a), L.Dense(4, activation='tanh', name='y')(b)
two = keras.Model([a, b], [L.Add(name='s')([x, y]), L.Multiply(name='p')([x, y])])
c = keras.Input((6, 6, 2), name='c')
z = L.Conv2D(3, 3, activation='relu', name='conv')(c)
z = L.Flatten(name='flat')(L.MaxPooling2D(2, name='pool')(z))
image = keras.Model(c, L.Dense(3, name='out')(z))
for name, model, io in (('two', two, 'io_parallel'), ('image', image, 'io_stream')):
    folder = f'{sys.argv[1]}/{name}'
    config = hls4ml.utils.config_from_keras_model(model, granularity='name', backend='Vitis')
    hls4ml.converters.convert_from_keras_model(model, hls_config=config, output_dir=folder, io_type=io, backend='Vitis',
        namespace='ours' if name == 'image' else None).write()
    x = [np.random.default_rng(1).normal(0, 1, (10, *i.shape[1:])).astype('float32') for i in model.inputs]
    y = model.predict(x if len(x) > 1 else x[0], verbose=0)
    import os
    os.makedirs(f'{folder}/tb_data', exist_ok=True)
    flat = lambda arrays: np.concatenate([array.reshape(10, -1) for array in arrays], 1)
    np.savetxt(f'{folder}/tb_data/tb_input_features.dat', flat(x), fmt='%.9g')
    np.savetxt(f'{folder}/tb_data/tb_output_predictions.dat', flat(y if isinstance(y, list) else [y]))
`;

describe.skipIf(reason !== undefined)('projects that hls4ml writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-firmware-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('give, compiled by g++, what is computed from them, and so do the logs of their test benches', async () => {
    const script = join(folder, 'write.py');
    writeFileSync(script, SCRIPT);
    execFileSync(PYTHON, [script, folder], {
      env: { ...process.env, KERAS_BACKEND: 'jax' },
      stdio: 'ignore',
      timeout: 500_000,
    });
    for (const name of ['two', 'image']) {
      const project = resolve(folder, name);
      const { model, mapping } = importModel(project);
      const context = {
        cache: new BuildCache({ folder: join(folder, 'builds') }),
        signal: new AbortController().signal,
        buildTimeoutMs: 300_000,
        runTimeoutMs: 60_000,
        logFolder: folder,
      };
      const check = async (oracle: Oracle, events: ReturnType<typeof randomEvents>) => {
        const prepared = await oracle.prepare({ model, mapping }, context);
        let at = 0;
        for await (const { values } of prepared.run(events, 'outputs')) {
          const event = events[at++];
          for (const evaluator of evaluators) {
            const ours = evaluator.prepare(model)(inputValues(event, model));
            for (const output of model.outputs)
              expect(values[output], `${name}, event ${event.id}`).toEqual(ours[output]);
          }
        }
        expect(at).toBe(events.length);
      };
      await check(
        firmwareOracle(project, { kind: 'missing', reason: 'the project has them' }),
        randomEvents(model, 40, 1),
      );
      const flags = [
        '-std=c++14',
        '-w',
        '-O0',
        '-DWEIGHTS_DIR="firmware/weights"',
        '-Ifirmware/ap_types',
        '-I.',
      ];
      const sources = ['myproject_test.cpp', 'firmware/myproject.cpp', '-o', 'testbench'];
      execFileSync('g++', [...flags, ...sources], { cwd: project, timeout: 300_000 });
      execFileSync(join(project, 'testbench'), { cwd: project, stdio: 'ignore', timeout: 60_000 });
      await check(
        actualOracle(join(project, 'tb_data/csim_results.log'), 'csim-log'),
        readEvents(join(project, 'tb_data/tb_input_features.dat'), model),
      );
    }
  }, 600_000);
});
