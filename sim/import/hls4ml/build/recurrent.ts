/** Recurrent layers: one direction is one layer of the Model, two are joined along the last axis. */
import { InputError, type LayerOf } from '../../../model/index.ts';
import { functionTable, sigmoidTable } from '../../../model/tables.ts';
import type { Node } from '../node.ts';
import type { ModelBuilder } from './model-builder.ts';

type Gate = LayerOf<'recurrent'>['activation'];

export function buildRecurrent(builder: ModelBuilder, node: Node): void {
  if (node.operation.kind !== 'recurrent') return;
  if (builder.configuration.attribute(node, 'Static') === false) {
    throw new InputError({
      code: 'IMP026',
      layer: node.name,
      field: 'Static',
      what: 'recurrent layers that are not static are not supported',
      mend: 'leave Static out',
    });
  }
  const { cells, returnSequences } = node.operation;
  const outputs = cells.map((cell, index) => {
    const suffix = cells.length === 1 ? '' : cell.prefix === 'forward_' ? '.forward' : '.backward';
    const name = `${node.name}${suffix}`;
    const shape = returnSequences ? [node.shape[0], cell.units] : [cell.units];
    builder.tensors[name] = { shape, type: builder.type(node, 'result') };
    builder.layers.push({
      ...builder.base(node),
      name,
      outputs: [name],
      kind: 'recurrent',
      cell: cell.cell,
      backward: index === 1,
      returnSequences,
      accumulator: builder.type(node, 'accum'),
      activation: gateOf(builder, node, cell.activation, 'activation'),
      ...(cell.recurrentActivation === undefined
        ? {}
        : {
            recurrentActivation: gateOf(builder, node, cell.recurrentActivation, 'recurrentActivation'),
          }),
      weights: builder.weight(node, `${cell.prefix}weight`),
      recurrentWeights: builder.weight(node, `${cell.prefix}recurrent_weight`),
      bias: builder.weight(node, `${cell.prefix}bias`),
      recurrentBias: builder.weight(node, `${cell.prefix}recurrent_bias`),
    });
    return name;
  });
  if (outputs.length === 1) return;
  const axis = node.shape.length - 1;
  builder.layers.push({ ...builder.base(node), inputs: outputs, kind: 'concatenate', axis });
}

function gateOf(
  builder: ModelBuilder,
  node: Node,
  name: string,
  field: 'activation' | 'recurrentActivation',
): Gate {
  if (name === 'relu') return { function: 'relu' };
  if (name !== 'sigmoid' && name !== 'tanh') {
    throw new InputError({
      code: 'IMP022',
      layer: node.name,
      field,
      what: `the function '${name}' has no kernel in recurrent layers`,
      mend: 'use relu, sigmoid or tanh',
    });
  }
  const range = name === 'sigmoid' ? 8 : 4;
  const [size, type] = [builder.setting(node, 'TableSize', 1024), builder.type(node, 'table')];
  const values =
    name === 'sigmoid' ? sigmoidTable(size, range, type) : functionTable(name, size, range, type);
  const table = builder.constant(`${node.name}.${name}_table`, [size], type, values);
  return { function: name, table, range };
}
