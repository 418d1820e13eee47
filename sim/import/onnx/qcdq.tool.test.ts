import { toNumber } from 'fixed-point-ts';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { reference } from '../../evaluate/reference/index.ts';
import { importModel } from '../index.ts';
import { eventsFromReals } from '../vectors/from-reals.ts';

/** Python with onnx and onnxruntime. */
const PYTHON = process.env.PIPEWRIGHT_PYTHON ?? 'python3';

function missing(): string | undefined {
  try {
    execFileSync(PYTHON, ['-c', 'import onnx, onnxruntime'], { stdio: 'ignore', timeout: 120_000 });
    return undefined;
  } catch {
    return `${PYTHON} has no onnx with onnxruntime; set PIPEWRIGHT_PYTHON`;
  }
}
const reason = missing();
if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);

/** A convolution and a dense layer of 8-bit weights between 8-bit quantisers, on random numbers. */
const SCRIPT = `
import json, sys
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper
rng = np.random.default_rng(int(sys.argv[2]))
init, nodes = [], []
def const(name, value):
    init.append(numpy_helper.from_array(np.asarray(value), name)); return name
def qdq(x, out, scale, dtype):
    s, z = const(out + '_s', np.float32(scale)), const(out + '_z', dtype(0))
    nodes.append(helper.make_node('QuantizeLinear', [x, s, z], [out + '_q']))
    nodes.append(helper.make_node('DequantizeLinear', [out + '_q', s, z], [out])); return out
def weight(name, shape, scale):
    s, z = const(name + '_s', np.float32(scale)), const(name + '_z', np.int8(0))
    const(name + '_i', rng.integers(-127, 128, shape).astype(np.int8))
    nodes.append(helper.make_node('DequantizeLinear', [name + '_i', s, z], [name])); return name
x = qdq('x', 'xq', 2.0**-4, np.int8)
nodes.append(helper.make_node('Conv', [x, weight('w0', (3, 2, 3, 3), 2.0**-8)], ['c'], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]))
nodes.append(helper.make_node('Relu', ['c'], ['r']))
h = qdq('r', 'rq', 2.0**-5, np.uint8)
nodes.append(helper.make_node('MaxPool', [h], ['p'], kernel_shape=[2, 2], strides=[2, 2]))
nodes.append(helper.make_node('Flatten', ['p'], ['f']))
nodes.append(helper.make_node('MatMul', ['f', weight('w1', (12, 4), 2.0**-7)], ['m']))
y = qdq('m', 'y', 2.0**-3, np.int8)
graph = helper.make_graph(nodes, 'qcdq', [helper.make_tensor_value_info('x', TensorProto.FLOAT, [1, 2, 8, 8])],
    [helper.make_tensor_value_info('y', TensorProto.FLOAT, [1, 4])], init)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8), sys.argv[1] + '/model.onnx')
options = onnxruntime.SessionOptions()
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
session = onnxruntime.InferenceSession(sys.argv[1] + '/model.onnx', options, providers=['CPUExecutionProvider'])
inputs = (rng.integers(-4096, 4097, (40, 2, 8, 8)) / 256).astype(np.float32)
outputs = [session.run(None, {'x': one[None]})[0].ravel().tolist() for one in inputs]
json.dump({'inputs': inputs.tolist(), 'outputs': outputs}, open(sys.argv[1] + '/vectors.json', 'w'))
`;

describe.skipIf(reason !== undefined)('quantise-dequantise models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qcdq-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([1, 2, 3])('give what onnxruntime gives, seed %i', (seed) => {
    const script = join(folder, 'make.py');
    writeFileSync(script, SCRIPT);
    execFileSync(PYTHON, [script, folder, String(seed)], { stdio: 'ignore', timeout: 120_000 });
    const config = join(folder, 'config.json');
    // wide enough that only the quantisers round; the input has all fraction bits of the numbers
    const precision = {
      default: 'fixed<24,10>',
      result: 'auto',
      accum: 'auto',
      weight: 'auto',
      bias: 'auto',
    };
    writeFileSync(
      config,
      JSON.stringify({
        Model: { Precision: precision },
        LayerName: { global_in: { Precision: 'fixed<24,10>' } },
      }),
    );
    const { model } = importModel(join(folder, 'model.onnx'), { config });
    const { inputs, outputs } = JSON.parse(readFileSync(join(folder, 'vectors.json'), 'utf8')) as {
      inputs: number[][][][];
      outputs: number[][];
    };
    const [input] = model.inputs;
    const evaluate = reference.prepare(model);
    const reals = {
      shape: [inputs.length, ...model.tensors[input].shape],
      values: inputs.flat(3),
    };
    const events = eventsFromReals(reals, model.tensors[input]);
    expect(events).toHaveLength(outputs.length);
    const [output] = model.outputs;
    events.forEach((event, index) => {
      const got = evaluate({ [input]: event.input })[output];
      expect(got.map((raw) => toNumber(raw, model.tensors[output].type))).toEqual(outputs[index]);
    });
  });
});
