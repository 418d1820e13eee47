/** Softmax in hls4ml's four implementations, with the tables as its C++ fills them. */
import { fixed, type FixedFormat, ufixed } from 'fixed-point-ts';
import { InputError } from '../../../model/index.ts';
import { elements } from '../../../model/layer-kind.ts';
import { expTable, inverseTable, legacyExpTable, legacyInverseTable } from '../../../model/tables.ts';
import type { Node } from '../node.ts';
import type { ModelBuilder } from './model-builder.ts';

export function buildSoftmax(builder: ModelBuilder, node: Node, x: FixedFormat): void {
  if (node.operation.kind !== 'softmax') return;
  const base = builder.base(node);
  const slices = slicesOf(node, builder.configuration.backend.io);
  if (node.operation.exact) return buildExact(builder, node, x, node.operation.exact);
  const implementation = builder.configuration.attribute(node, 'Implementation') ?? 'stable';
  if (builder.configuration.backend.dialect === 'hls4ml-1.0.0') return buildFormer(builder, node, x);
  // a table wider than its address is cut: the address has no more bits
  const wanted = builder.setting(node, 'TableSize', 1024);
  const inverse = builder.type(node, 'inv_table');
  const size = Math.min(wanted, 2 ** Math.min(x.width, inverse.width));
  switch (implementation) {
    case 'stable':
    case 'latency': {
      const stable = implementation === 'stable';
      // differences from the largest value are not negative: one bit less than the input
      const sign = x.signed ? 1 : 0;
      const address = stable ? ufixed(Math.max(x.width - sign, 1), x.integerBits - sign) : x;
      const expSize = stable && x.signed ? Math.min(size, 2 ** address.width) : size;
      const inverseAddress = builder.type(node, 'inv_inp');
      const expType = builder.type(node, 'exp_table');
      builder.layers.push({
        ...base,
        kind: 'table-softmax',
        slices,
        subtractLargest: stable,
        address,
        accumulator: builder.type(node, 'accum'),
        inverseAddress,
        expTable: builder.constant(
          `${node.name}.exp_table`,
          [expSize],
          expType,
          expTable(expSize, address, expType, stable),
        ),
        inverseTable: builder.constant(
          `${node.name}.inv_table`,
          [size],
          inverse,
          inverseTable(size, inverseAddress, inverse),
        ),
      });
      return;
    }
    case 'legacy': {
      // the kernel's own type: the configuration does not reach it
      const type = fixed(18, 8);
      builder.layers.push({
        ...base,
        kind: 'legacy-softmax',
        slices,
        sum: type,
        expTable: builder.constant(`${node.name}.exp`, [size], type, legacyExpTable(size, type)),
        inverseTable: builder.constant(`${node.name}.inverse`, [size], type, legacyInverseTable(size, type)),
      });
      return;
    }
    case 'argmax':
      builder.layers.push({ ...base, kind: 'argmax', slices });
      return;
    default:
      throw new InputError({
        code: 'CFG005',
        layer: node.name,
        field: 'Implementation',
        what: `is ${JSON.stringify(implementation)}, expected stable, latency, legacy or argmax`,
      });
  }
}

/** All types are the model's own, and the tables have an entry for every value of their addresses. */
function buildExact(
  builder: ModelBuilder,
  node: Node,
  x: FixedFormat,
  { stable, scale }: { readonly stable: boolean; readonly scale: number },
): void {
  const address = stable ? builder.type(node, 'inp_norm') : x;
  const inverseAddress = builder.type(node, 'inv_inp');
  const [expType, inverseType] = [builder.type(node, 'exp_table'), builder.type(node, 'inv_table')];
  const [expSize, inverseSize] = [2 ** address.width, 2 ** inverseAddress.width];
  const constant = (name: string, size: number, type: FixedFormat, values: bigint[]) =>
    builder.constant(`${node.name}.${name}`, [size], type, values);
  builder.layers.push({
    ...builder.base(node),
    kind: 'table-softmax',
    slices: slicesOf(node, builder.configuration.backend.io),
    subtractLargest: stable,
    address,
    accumulator: builder.type(node, 'accum'),
    inverseAddress,
    expTable: constant('exp_table', expSize, expType, expTable(expSize, address, expType, stable, scale)),
    inverseTable: constant(
      'inv_table',
      inverseSize,
      inverseType,
      inverseTable(inverseSize, inverseAddress, inverseType),
    ),
  });
}

/** hls4ml 1.0.0 `softmax_stable`: differences rounded and saturated in the input's bits, sums in the exp table's type. */
function buildFormer(builder: ModelBuilder, node: Node, x: FixedFormat): void {
  const implementation = builder.configuration.attribute(node, 'Implementation') ?? 'stable';
  if (implementation !== 'stable' || node.shape.length !== 1) {
    throw new InputError({
      code: 'IMP027',
      layer: node.name,
      field: 'Implementation',
      what: `softmax of hls4ml before 1.2 is supported over a vector in its form 'stable' only`,
      mend: "leave 'WriterConfig' out of the configuration to get the numbers of hls4ml 1.3.0",
    });
  }
  const difference = fixed(x.width, x.integerBits, 'RND', 'SAT');
  const size = builder.setting(node, 'TableSize', 1024);
  const [expType, inverseType] = [builder.type(node, 'exp_table'), builder.type(node, 'inv_table')];
  const exp = expTable(size, difference, expType);
  const inverse = inverseTable(size, expType, inverseType);
  builder.layers.push({
    ...builder.base(node),
    dialect: 'hls4ml-1.0.0',
    kind: 'softmax',
    difference,
    expTable: builder.constant(`${node.name}.exp_table`, [size], expType, exp),
    inverseTable: builder.constant(`${node.name}.inv_table`, [size], inverseType, inverse),
  });
}

/** [outer, slice, inner]. Without an axis the kernel takes a whole array, or each pixel of a stream, for one slice. */
export function slicesOf(
  { operation, shape }: Node,
  io: 'parallel' | 'stream',
): [outer: number, slice: number, inner: number] {
  const axis = operation.kind === 'softmax' ? operation.axis : undefined;
  if (io === 'stream') return [elements(shape.slice(0, -1)), shape.at(-1)!, 1];
  if (axis === undefined) return [1, elements(shape), 1];
  return [elements(shape.slice(0, axis)), shape[axis], elements(shape.slice(axis + 1))];
}
