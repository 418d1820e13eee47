import { expect, test } from 'vitest';
import { InputError } from '../../../model/index.ts';
import type { Graph, Node, Operation } from '../node.ts';
import { refuseThresholdNormalization } from './threshold-normalization.ts';

function graphOf(...operations: readonly Operation[]): Graph {
  const nodes = operations.map((operation, index): Node => {
    const name = `layer_${index}`;
    const inputs = index === 0 ? [] : [`layer_${index - 1}`];
    return { name, className: '', operation, inputs, shape: [4], weights: {}, types: {} };
  });
  return { name: 'net', nodes, inputs: [nodes[0].name], outputs: [nodes.at(-1)!.name] };
}

function problemOf(graph: Graph): InputError['problem'] | undefined {
  try {
    refuseThresholdNormalization(graph);
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  return undefined;
}

const NORMALIZATION: Operation = { kind: 'batch-normalization' };

test.each(['binary_tanh', 'ternary_tanh'])('the thresholds that hls4ml makes of %s are refused', (name) => {
  const graph = graphOf({ kind: 'input' }, NORMALIZATION, { kind: 'activation', function: name });
  expect(problemOf(graph)).toMatchObject({ code: 'IMP023', layer: 'layer_2', field: 'activation' });
});

test('other functions of a normalisation pass, and signs of another layer', () => {
  const tanh = graphOf({ kind: 'input' }, NORMALIZATION, { kind: 'activation', function: 'tanh' });
  const signs = graphOf(
    { kind: 'input' },
    { kind: 'dense' },
    { kind: 'activation', function: 'binary_tanh' },
  );
  expect(refuseThresholdNormalization(tanh)).toBe(tanh);
  expect(refuseThresholdNormalization(signs)).toBe(signs);
});
