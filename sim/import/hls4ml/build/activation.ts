/** Activations other than softmax. */
import { type FixedFormat, fromNumber, ufixed, uint } from 'fixed-point-ts';
import { InputError } from '../../../model/index.ts';
import { eluTable, functionTable, seluTable, sigmoidTable } from '../../../model/tables.ts';
import { comparesUnsigned } from '../compares-unsigned.ts';
import type { Node } from '../node.ts';
import type { ModelBuilder } from './model-builder.ts';

const ONE = { type: uint(1), raw: 1n };
/** What the kernel of SELU multiplies positive numbers by: ap_ufixed<16,1> of 1.0507009873554805. */
const SELU_LAMBDA = { type: ufixed(16, 1), raw: fromNumber(1.0507009873554805, ufixed(16, 1)) };

/** @param x  type of the input */
export function buildActivation(builder: ModelBuilder, node: Node, x: FixedFormat): void {
  if (node.operation.kind !== 'activation') return;
  const { function: name, parameter = 1 } = node.operation;
  const base = builder.base(node);
  const size = () => builder.setting(node, 'TableSize', 1024);
  const table = (values: (count: number, type: FixedFormat) => bigint[]) => {
    const [count, type] = [size(), builder.type(node, 'table')];
    return builder.constant(`${node.name}.table`, [count], type, values(count, type));
  };
  const typed = (variable: string, value: number) => {
    const type = builder.type(node, variable);
    return { type, raw: fromNumber(value, type) };
  };
  switch (name) {
    case 'linear':
      builder.layers.push({ ...base, kind: 'reshape' });
      return;
    case 'relu':
      if (node.sparse) {
        builder.layers.push({ ...base, dialect: builder.sparseDialect, kind: 'sparse-relu' });
        return;
      }
      builder.layers.push({ ...builder.shared(node), kind: 'relu' });
      return;
    case 'sigmoid': {
      const range = 8;
      const values = (count: number, type: FixedFormat) => sigmoidTable(count, range, type);
      builder.layers.push({ ...builder.shared(node), kind: 'sigmoid', table: table(values), range });
      return;
    }
    case 'tanh':
    case 'softplus':
    case 'softsign': {
      const range = name === 'tanh' ? 4 : 8;
      const values = (count: number, type: FixedFormat) => functionTable(name, count, range, type);
      builder.layers.push({ ...base, kind: 'table-function', function: name, table: table(values), range });
      return;
    }
    case 'elu':
      builder.layers.push({
        ...base,
        kind: 'elu',
        positive: ONE,
        negative: typed('param', parameter),
        table: table(eluTable),
      });
      return;
    case 'selu':
      builder.layers.push({
        ...base,
        kind: 'elu',
        positive: SELU_LAMBDA,
        negative: ONE,
        table: table(seluTable),
      });
      return;
    case 'leaky_relu': {
      const { type, raw } = typed('param', parameter);
      const slopes = builder.constant(`${node.name}.param`, [1], type, [raw]);
      builder.layers.push({ ...base, kind: 'parametric-relu', slopes });
      return;
    }
    case 'prelu':
      builder.layers.push({ ...base, kind: 'parametric-relu', slopes: builder.weight(node, 'param') });
      return;
    case 'thresholded_relu': {
      const threshold = typed('param', parameter);
      // whatever is negative passes, what is positive too
      if (threshold.raw === 0n && comparesUnsigned(x, threshold.type))
        builder.layers.push({ ...base, kind: 'reshape' });
      else builder.layers.push({ ...base, kind: 'thresholded-relu', threshold });
      return;
    }
    case 'hard_sigmoid':
    case 'hard_tanh':
      builder.layers.push({
        ...base,
        kind: 'hard-sigmoid',
        slope: typed('slope', parameterOf(node, 'slope', 0.2)),
        shift: typed('shift', parameterOf(node, 'shift', 0.5)),
        symmetric: name === 'hard_tanh',
      });
      return;
    case 'binary_tanh':
      builder.layers.push({ ...base, kind: 'sign', levels: 2 });
      return;
    case 'ternary_tanh':
      builder.layers.push({ ...base, kind: 'sign', levels: 3 });
      return;
    default:
      throw new InputError({
        code: 'IMP022',
        layer: node.name,
        field: 'activation',
        what: `the function '${name}' on ${x.width}-bit numbers has no kernel`,
      });
  }
}

/** A number that a quantiser gives instead of Keras' default. */
function parameterOf(node: Node, name: 'slope' | 'shift', fallback: number): number {
  return node.operation.kind === 'activation' ? (node.operation[name] ?? fallback) : fallback;
}
