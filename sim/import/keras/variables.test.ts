/** Where `.h5` files of several Keras versions keep the weights of both directions of a recurrent layer. */
import { describe, expect, test } from 'vitest';
import type { Hdf5Object } from '../hdf5/index.ts';
import { readVariables } from './variables.ts';

interface Tree {
  readonly [name: string]: Tree | number;
}

/** Groups by name; a number is a dataset of that one number. */
function object(tree: Tree | number | undefined): Hdf5Object | undefined {
  if (tree === undefined) return undefined;
  const isGroup = typeof tree !== 'number';
  return {
    children: isGroup ? Object.keys(tree) : [],
    at: (...path) =>
      object(
        path.reduce<Tree | number | undefined>(
          (inner, name) => (typeof inner === 'object' ? inner[name] : undefined),
          tree,
        ),
      ),
    numbers: () => (isGroup ? undefined : { shape: [1], values: Float64Array.of(tree) }),
    text: () => undefined,
  };
}

function kernels(name: string, below: Tree, direction?: 'forward_layer' | 'backward_layer') {
  const layer = { name, className: 'Bidirectional', config: {}, inputs: [] };
  const variables = readVariables(object({ model_weights: { [name]: { [name]: below } } })!, []);
  const path = [...(direction ? [direction] : []), 'cell'];
  const [kernel, recurrent] = ['kernel', 'recurrent_kernel'].map(
    (variable, index) => variables(layer as never, { name: variable, index, path })?.values[0],
  );
  return { kernel, recurrent };
}

const cell = (kernel: number) => ({ 'recurrent_kernel:0': kernel + 10, 'kernel:0': kernel });

describe.each([
  ['of Keras 2.15', { backward_gru: { gru_cell: cell(2) }, forward_gru: { gru_cell: cell(1) } }],
  [
    'of the second layer of its sort',
    { backward_gru_1: { gru_cell_4: cell(2) }, forward_gru_1: { gru_cell_3: cell(1) } },
  ],
  ['of Keras 2.3, without a scope of the cell', { backward_gru: cell(2), forward_gru: cell(1) }],
  [
    'whose layers were named like directions',
    { backward_forward_y: { lstm_cell: cell(2) }, forward_backward_x: { lstm_cell: cell(1) } },
  ],
])('a bidirectional layer %s', (_version, below) => {
  test.each(['b', 'backward_cell', 'forward_b'])('called %s has its own weights each way', (name) => {
    expect(kernels(name, below, 'forward_layer')).toEqual({ kernel: 1, recurrent: 11 });
    expect(kernels(name, below, 'backward_layer')).toEqual({ kernel: 2, recurrent: 12 });
  });
});

test('a layer of one direction has its weights, with and without a scope of the cell', () => {
  expect(kernels('lstm', { lstm_cell: cell(1) })).toEqual({ kernel: 1, recurrent: 11 });
  expect(kernels('lstm', cell(1))).toEqual({ kernel: 1, recurrent: 11 });
});

test('a file without the weights of a direction holds none', () => {
  expect(kernels('b', { forward_gru: { gru_cell: cell(1) } }, 'backward_layer').kernel).toBeUndefined();
});
