import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../sim/import/temporary-folder.ts';
import { builtCli } from './built-cli.ts';

const run = builtCli();

/** A project of one layer: y = 2 a - 0.25 b + 0.125, two inputs and one output of `type`. */
function project(testBench: Readonly<Record<string, string>>, type = 'ap_fixed<16,6>'): string {
  const { path } = temporaryFolder();
  mkdirSync(join(path, 'firmware', 'weights'), { recursive: true });
  mkdirSync(join(path, 'tb_data'));
  const write = (name: string, text: string) => writeFileSync(join(path, name), text);
  write('firmware/defines.h', `typedef ${type} input_t;\ntypedef ${type} result_t;\n`);
  write(
    'firmware/parameters.h',
    `struct config2 : nnet::dense_config {
    static const unsigned n_in = 2;
    static const unsigned n_out = 1;
    static const unsigned strategy = nnet::latency;
    typedef result_t accum_t;
};
`,
  );
  write(
    'firmware/myproject.cpp',
    `void myproject(input_t x[2], result_t layer2_out[1]) {
    nnet::load_weights_from_txt<result_t, 2>(w2, "w2.txt");
    nnet::load_weights_from_txt<result_t, 1>(b2, "b2.txt");
    nnet::dense<input_t, result_t, config2>(x, layer2_out, w2, b2); // d
}
`,
  );
  write('firmware/weights/w2.txt', '2.0, -0.25');
  write('firmware/weights/b2.txt', '0.125');
  for (const [name, text] of Object.entries(testBench)) write(`tb_data/${name}`, text);
  return path;
}

const INPUTS = '0.5 1\n-1 3.5\n';

describe('pipewright verify of an hls4ml project', () => {
  test('compares with the logs of C simulation and co-simulation, and tells how far predictions are', () => {
    const { code, stdout } = run([
      'verify',
      project({
        'tb_input_features.dat': INPUTS,
        'csim_results.log': '0.875 \n-2.75 \n',
        'rtl_cosim_results.log': '0.875 \n-2.75 \n',
        'tb_output_predictions.dat': '1\n-2.75\n',
      }),
    ]);
    expect(stdout).toContain('csim-log: equal in every bit; 2 of 2 events');
    expect(stdout).toContain('cosim-log: equal in every bit; 2 of 2 events');
    expect(stdout).toContain('0.125 away at most, 0.0625 on average');
    expect(code).toBe(0);
  });

  test('names the event and both values where a log differs, and exits 1', () => {
    const { code, stdout } = run([
      'verify',
      project({ 'tb_input_features.dat': INPUTS, 'csim_results.log': '0.875 \n-2.5 \n' }),
    ]);
    expect(stdout).toMatch(/event 1/);
    expect(stdout).toMatch(/-2\.75/);
    expect(stdout).toMatch(/-2\.5\b/);
    expect(code).toBe(1);
  });

  test('takes numbers of a wide type that print alike as equal, and says so', () => {
    const { code, stdout } = run([
      'verify',
      // 2 x 100.0000001 = 200.0000002 prints as 200
      project(
        { 'tb_input_features.dat': '100.000015 0\n', 'csim_results.log': '200.125 \n' },
        'ap_fixed<48,16>',
      ),
    ]);
    expect(stdout).toContain('equal in every bit');
    expect(stdout).toContain('logs hold six digits');
    expect(code).toBe(0);
  });

  test('a log that breaks off is no verdict', () => {
    const { code, stdout } = run([
      'verify',
      project({ 'tb_input_features.dat': INPUTS, 'csim_results.log': '0.875 \n' }),
    ]);
    expect(stdout).toContain('ends after 1 events');
    expect(code).toBe(3);
  });
});
