import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hlsHeaders } from '../../../scripts/hls-headers.mjs';
import { estimate } from '../../../sim/estimate/index.ts';
import { evaluators } from '../../../sim/evaluate/index.ts';
import { importModel } from '../../../sim/import/index.ts';
import { inputValues } from '../../../sim/import/vectors/index.ts';
import { randomEvents } from '../../against/index.ts';
import { BuildCache } from '../process/build-cache.ts';
import { firmwareOracle } from './index.ts';
import { SPARSE_KERNELS } from './sparse-kernels.suite.ts';

const headers = hlsHeaders();

function missing(): string | undefined {
  if (headers.kind === 'missing') return headers.reason;
  try {
    execFileSync('g++', ['--version'], { stdio: 'ignore', timeout: 60_000 });
    return undefined;
  } catch {
    return 'g++ is not installed';
  }
}
const reason = missing();
if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);

interface Design {
  readonly types: Readonly<Record<'input' | 'first' | 'relu' | 'second' | 'weight' | 'bias', string>>;
  readonly threshold: number;
  readonly pixels: number;
  readonly kernels: readonly [number, number];
  readonly pool: number;
}

const [HEIGHT, WIDTH] = [6, 8];
/** Channels of the image, filters of both convolutions. */
const [C, F, G] = [2, 3, 4];

/** A project of two convolutions of several channels and filters, a pool between them, on an image of two channels. */
function writeProject(
  folder: string,
  { types, threshold, pixels: N, kernels: [K, L], pool: P }: Design,
): string {
  const path = mkdtempSync(join(folder, 'project-'));
  mkdirSync(join(path, 'firmware', 'weights'), { recursive: true });
  mkdirSync(join(path, 'firmware', 'nnet_utils'));
  const write = (name: string, text: string) => writeFileSync(join(path, 'firmware', name), text);
  let state = 12345;
  const random = () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  const weights = { w1: K * K * C * F, b1: F, w2: L * L * F * G, b2: G };
  for (const [name, count] of Object.entries(weights))
    write(
      `weights/${name}.txt`,
      Array.from({ length: count }, () => (random() * 2 - 0.8).toFixed(6)).join(', '),
    );
  const cells = [Math.ceil(HEIGHT / P), Math.ceil(WIDTH / P)];
  const typedefs = Object.entries(types).map(([name, type]) => `typedef ${type} ${name}_t;`);
  write(
    'defines.h',
    `#ifndef DEFINES_H_\n#define DEFINES_H_\n#include "ap_fixed.h"\n#include "ap_int.h"\n#define N_PIXELS ${N}\n${typedefs.join('\n')}\ntypedef ap_uint<10> hash_t;\n#endif\n`,
  );
  write('parameters.h', '#include "defines.h"\n#include "nnet_utils/sparse.h"\n');
  write('nnet_utils/sparse.h', SPARSE_KERNELS);
  // What hls4ml's own headers are used for here: weights from text, and the packed type of streams.
  write(
    'nnet_utils/nnet_types.h',
    '#ifndef NNET_TYPES_H_\n#define NNET_TYPES_H_\n#include "hls_stream.h"\nnamespace nnet {\ntemplate <class T, unsigned N> struct array {\n  T data[N];\n  T &operator[](int at) { return data[at]; }\n};\n}\n#endif\n',
  );
  write(
    'nnet_utils/nnet_helpers.h',
    `#include <fstream>
#include <sstream>
#include <string>
namespace nnet {
template <class T, int SIZE> void load_weights_from_txt(T *w, const char *name) {
  std::ifstream in(std::string("weights/") + name);
  std::string word;
  for (int i = 0; i < SIZE && std::getline(in, word, ','); i++) std::istringstream(word) >> w[i];
}
}
`,
  );
  const size = HEIGHT * WIDTH * C;
  const outputs = cells[0] * cells[1] * G;
  const signature = `void myproject(input_t x_in[${size}], second_t out[${outputs}])`;
  write('myproject.h', `#include "defines.h"\n${signature};\n`);
  write(
    'myproject.cpp',
    `#include "myproject.h"
#include "parameters.h"
#include "nnet_utils/nnet_helpers.h"
static weight_t w1[${weights.w1}], w2[${weights.w2}];
static bias_t b1[${F}], b2[${G}];
${signature} {
    nnet::load_weights_from_txt<weight_t, ${weights.w1}>(w1, "w1.txt");
    nnet::load_weights_from_txt<bias_t, ${weights.b1}>(b1, "b1.txt");
    nnet::load_weights_from_txt<weight_t, ${weights.w2}>(w2, "w2.txt");
    nnet::load_weights_from_txt<bias_t, ${weights.b2}>(b2, "b2.txt");
    input_t kept[N_PIXELS * ${C}];
    hash_t places[N_PIXELS * 2], pooled_places[N_PIXELS * 2];
    sparse_input_reduce<input_t, hash_t, ${HEIGHT}, ${WIDTH}, ${C}, N_PIXELS>(x_in, input_t(${threshold}), kept, places); // reduce
    first_t conv1_out[N_PIXELS * ${F}];
    sparse_conv<input_t, first_t, hash_t, weight_t, bias_t, N_PIXELS, ${C}, ${F}, ${K}>(kept, conv1_out, places, w1, b1); // conv1
    relu_t relu1_out[N_PIXELS * ${F}];
    sparse_relu<first_t, relu_t, N_PIXELS, ${F}>(conv1_out, relu1_out); // relu1
    relu_t pool_out[N_PIXELS * ${F}];
    sparse_pooling_avg<relu_t, relu_t, hash_t, N_PIXELS, ${F}, ${P}>(relu1_out, pool_out, places, pooled_places); // pool
    second_t conv2_out[N_PIXELS * ${G}];
    sparse_conv<relu_t, second_t, hash_t, weight_t, bias_t, N_PIXELS, ${F}, ${G}, ${L}>(pool_out, conv2_out, pooled_places, w2, b2); // conv2
    sparse_flatten<second_t, hash_t, ${cells[0]}, ${cells[1]}, ${G}, N_PIXELS>(conv2_out, pooled_places, out); // flatten
}
`,
  );
  return path;
}

const rounded = (type: string) => `ap_${type.replace('>', ',AP_RND_CONV,AP_SAT>')}`;
const designs: Readonly<Record<string, Design>> = {
  'unsigned sums that round and saturate, as published': {
    types: {
      input: 'ap_ufixed<8,1>',
      first: rounded('ufixed<8,2>'),
      relu: rounded('ufixed<8,2>'),
      second: rounded('ufixed<9,3>'),
      weight: 'ap_fixed<8,1>',
      bias: 'ap_fixed<8,1>',
    },
    threshold: 0.4,
    pixels: 12,
    kernels: [3, 3],
    pool: 2,
  },
  'signed sums that wrap around, even and wide kernels, cells that are not whole': {
    types: {
      input: 'ap_fixed<12,4>',
      first: 'ap_fixed<12,4>',
      relu: 'ap_fixed<11,4>',
      second: 'ap_fixed<13,4>',
      weight: 'ap_fixed<9,2>',
      bias: 'ap_fixed<7,2>',
    },
    threshold: 1.25,
    pixels: 20,
    kernels: [4, 5],
    pool: 5,
  },
  'more slots than pixels': {
    types: {
      input: 'ap_fixed<10,3>',
      first: rounded('fixed<12,4>'),
      relu: rounded('ufixed<10,3>'),
      second: rounded('fixed<14,5>'),
      weight: 'ap_fixed<9,2>',
      bias: 'ap_fixed<7,2>',
    },
    threshold: 0.25,
    pixels: 48,
    kernels: [1, 3],
    pool: 3,
  },
};

describe.skipIf(reason !== undefined)('projects of sparse kernels with several channels and filters', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-sparse-projects-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(Object.entries(designs))(
    'give what their kernels compiled by g++ give: %s',
    async (_name, design) => {
      const project = writeProject(folder, design);
      const { model, mapping } = importModel(project);
      const events = randomEvents(model, 60, 7);
      const context = {
        cache: new BuildCache({ folder: join(folder, 'builds') }),
        signal: new AbortController().signal,
        buildTimeoutMs: 200_000,
        runTimeoutMs: 60_000,
        logFolder: folder,
      };
      const apTypes = headers.kind === 'found' ? headers.apTypes : '';
      const oracle = firmwareOracle(project, { kind: 'found', folder: apTypes });
      const prepared = await oracle.prepare({ model, mapping }, context);
      const prepare = evaluators.map((evaluator) => evaluator.prepare(model));
      let [at, active] = [0, 0];
      for await (const { values } of prepared.run(events, 'outputs')) {
        const event = events[at++];
        const [output] = model.outputs;
        active += values[output].filter((raw) => raw !== 0n).length;
        for (const evaluate of prepare)
          expect(evaluate(inputValues(event, model))[output], `event ${event.id}`).toEqual(values[output]);
      }
      expect(at).toBe(events.length);
      expect(active).toBeGreaterThan(events.length);
      const { latencyCycles, resources } = estimate(model, mapping!);
      expect(latencyCycles.max).toBeGreaterThan(design.pixels);
      expect(resources.csynth.lut).toBeGreaterThan(0);
    },
  );
});
