import { fc, test } from '@fast-check/vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect } from 'vitest';
import { InputError, type InputProblem } from '../../model/index.ts';
import { readBytes } from '../read-json.ts';
import { operatorsOf, withAttribute, withOperator } from './edit-model.ts';
import { readOnnx } from './proto.ts';
import { readSources } from './read-sources.ts';

const FILES = readdirSync('golden', { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.onnx'),
);
const MODELS = FILES.map((file) => {
  const path = `golden/${file}`;
  const bytes = readFileSync(path);
  const read = (model: Uint8Array) =>
    readSources(readOnnx(model, (location) => readBytes(`${dirname(path)}/${location}`)));
  return { path, bytes, operators: operatorsOf(bytes), read };
});
/** A model and one of its nodes, as numbers: a counterexample then fits a screen. */
const inModel = fc
  .nat(MODELS.length - 1)
  .chain((model) =>
    fc.record({ model: fc.constant(model), node: fc.nat(MODELS[model].operators.length - 1) }),
  );

function refused(read: () => unknown): InputProblem {
  try {
    read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problem;
  }
  throw new Error('it was imported');
}

/** Layer, operator with attribute, and a mend stand in the refusal. */
function expectNamed(problem: InputProblem, operator: string, attribute: string): void {
  expect(problem.layer).toBeTruthy();
  expect(problem.field).toBe(`${operator}.${attribute}`);
  expect(problem.mend).toBeTruthy();
}

test('every ONNX model in golden is read as it is', () => {
  expect(MODELS.length).toBeGreaterThan(2);
  for (const { read, bytes } of MODELS) expect(read(bytes).nodes.length).toBeGreaterThan(0);
});

describe('a node with', () => {
  const value = fc.oneof(fc.integer(), fc.float({ noNaN: true }), fc.string(), fc.array(fc.nat()));

  test.prop([inModel, fc.stringMatching(/^[a-z_]{1,12}$/), value])(
    'an attribute of a made-up name is refused by that name',
    ({ model, node }, name, odd) => {
      const { bytes, operators, read } = MODELS[model];
      const attribute = `${name}_unheard`;
      const problem = refused(() => read(withAttribute(bytes, node, attribute, odd)));
      expectNamed(problem, operators[node], attribute);
    },
  );

  test.prop([inModel, fc.constantFrom('com.microsoft', 'unheard', 'qonnx.custom_op.channels_last')])(
    'an operator of a foreign domain is refused',
    ({ model, node }, domain) => {
      const { bytes, operators, read } = MODELS[model];
      const problem = refused(() => read(withOperator(bytes, node, domain, 7)));
      expectNamed(problem, operators[node], 'domain');
    },
  );

  test.prop([inModel, fc.stringMatching(/^[A-Z][a-z]{1,8}$/)])(
    'an operator that nobody knows is refused',
    ({ model, node }, name) => {
      const { bytes, read } = MODELS[model];
      const operator = `${name}Unheard`;
      expectNamed(
        refused(() => read(withOperator(bytes, node, operator))),
        operator,
        'op_type',
      );
    },
  );
});

const ODD = [
  ['Gemm', 'alpha', 0.5],
  ['Gemm', 'beta', 2],
  ['Gemm', 'transA', 1],
  ['Gemm', 'transB', 2],
  ['Conv', 'dilations', [2, 2]],
  ['Conv', 'group', 2],
  ['Conv', 'auto_pad', 'UNHEARD'],
  ['Conv', 'kernel_shape', [7, 7]],
  ['Conv', 'strides', [1]],
  ['Conv', 'strides', 'x'],
  ['Conv', 'pads', [0, 0]],
  ['MaxPool', 'ceil_mode', 1],
  ['MaxPool', 'dilations', [2, 2]],
  ['MaxPool', 'storage_order', 2],
  ['AveragePool', 'ceil_mode', 1],
  ['Quant', 'rounding_mode', 'CEIL'],
  ['Quant', 'rounding_mode', 'ROUND_TO_ZERO'],
  ['Quant', 'rounding_mode', 'DOWN'],
  ['Quant', 'rounding_mode', 'UP'],
  ['Quant', 'rounding_mode', 'HALF_UP'],
  ['Quant', 'rounding_mode', 1],
  ['Quant', 'signed', 2],
  ['Reshape', 'allowzero', 2],
] as const;

test.each(ODD)('%s with %s = %j is refused by name', (operator, attribute, odd) => {
  const model = MODELS.find(({ operators }) => operators.includes(operator))!;
  const node = model.operators.indexOf(operator);
  const problem = refused(() => model.read(withAttribute(model.bytes, node, attribute, odd)));
  expectNamed(problem, operator, attribute);
});
