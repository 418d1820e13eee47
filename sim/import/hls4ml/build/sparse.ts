/** Layers on kept pixels: features under a node's own name, coordinates beside them. */
import {
  fixed,
  type FixedFormat,
  fracBits,
  fromNumber,
  maxRaw,
  type Overflow,
  type Rounding,
  sameFormat,
  ufixed,
  uint,
} from 'fixed-point-ts';
import { sparsePixelsReciprocal } from '../../../model/tables.ts';
import { InputError } from '../../../model/index.ts';
import { type BitsArray, typeOf } from '../bit-exact/bits.ts';
import type { Node } from '../node.ts';
import type { ModelBuilder } from './model-builder.ts';

/** Of the pixel index in the published search, and of what the published pooling multiplies by. */
const PUBLISHED_INDEX_BITS = 12;
const PUBLISHED_RECIPROCAL = fixed(10, 0);

const coordinatesOf = (node: string) => `${node}.coordinates`;

export function buildSparse(builder: ModelBuilder, node: Node, input: Node): void {
  const { operation } = node;
  const base = { ...builder.base(node), dialect: builder.sparseDialect };
  const published = builder.sparseDialect === 'sparsepixels-0.2.1';
  const [slots] = node.shape;
  switch (operation.kind) {
    case 'sparse-reduce': {
      const [height, width] = input.shape;
      const type = builder.type(node, 'result');
      const coordinates = coordinatesOf(node.name);
      const bits = Math.ceil(Math.log2(Math.max(height, width) + 1));
      builder.tensors[coordinates] = {
        shape: [slots, 2],
        type: published ? builder.type(node, 'hash') : uint(bits),
      };
      builder.layers.push({
        ...base,
        outputs: [node.name, coordinates],
        kind: 'sparse-input-reduce',
        // what the type holds is above the threshold where it is above the next lower value of the type
        threshold: fromNumber(operation.threshold, {
          ...type,
          rounding: 'TRN',
          overflow: 'SAT',
          saturationBits: 0,
        }),
        indexBits: published ? PUBLISHED_INDEX_BITS : Math.max(Math.ceil(Math.log2(height * width)), 1),
      });
      return;
    }
    case 'sparse-quantizer': {
      const [height, width] = operation.image;
      const inputs = [input.name, coordinatesOf(operation.places)];
      builder.layers.push({
        ...base,
        inputs,
        kind: 'sparse-quantize',
        height,
        width,
        ...typesOfElements(operation),
      });
      return;
    }
    case 'sparse-conv':
      builder.layers.push({
        ...base,
        inputs: [input.name, coordinatesOf(operation.places)],
        kind: 'sparse-conv2d',
        accumulator: builder.type(node, 'accum'),
        weights: builder.weight(node, 'weight'),
        bias: builder.weight(node, 'bias'),
      });
      return;
    case 'sparse-pool': {
      const { pool, cells, partial, reduce } = operation;
      const [places, pooled] = [coordinatesOf(operation.places), coordinatesOf(node.name)];
      builder.tensors[pooled] = builder.tensors[places];
      const layer = {
        ...base,
        inputs: [input.name, places],
        outputs: [node.name, pooled],
        pool,
        ...(partial ? { cells } : {}),
      };
      if (reduce === 'max') builder.layers.push({ ...layer, kind: 'sparse-max-pool2d' });
      else {
        const accumulator = builder.type(node, 'accum');
        builder.layers.push({
          ...layer,
          kind: 'sparse-average-pool2d',
          accumulator,
          reciprocal: published
            ? { type: PUBLISHED_RECIPROCAL, raw: sparsePixelsReciprocal(pool, PUBLISHED_RECIPROCAL) }
            : reciprocalOf(builder, node, input, pool),
        });
      }
      return;
    }
    case 'sparse-flatten':
      builder.layers.push({
        ...base,
        inputs: [input.name, coordinatesOf(operation.places)],
        kind: 'sparse-flatten',
        height: operation.image[0],
        width: operation.image[1],
      });
      return;
    default:
      throw new Error(`'${operation.kind}' is no layer on kept pixels`);
  }
}

/** The types of a quantiser's elements: those of the same type share an entry, those without bits are 0. */
export function typesOfElements({
  bits,
  rounding,
  overflow,
}: {
  readonly bits: BitsArray;
  readonly rounding: Rounding;
  readonly overflow: Overflow;
}): { types: FixedFormat[]; assignment: number[] } {
  const types: FixedFormat[] = [];
  const assignment = Array.from(bits.integer, (integer, at) => {
    if (bits.signed[at] + integer + bits.fraction[at] <= 0) return -1;
    const type = { ...typeOf(bits.signed[at], integer, bits.fraction[at]), rounding, overflow };
    const known = types.findIndex((own) => sameFormat(own, type));
    return known >= 0 ? known : types.push(type) - 1;
  });
  return { types, assignment };
}

/**
 * 1/pool, exact for powers of two. For others it is rounded up, with so many bits that sum/pool^2 rounds to the
 * result's type as the quotient itself does: a quotient is at least 2^-f/pool^2 away from the next place where
 * rounding changes, if it does not stand on it, and the product is above it by less.
 * @throws InputError `IMP030` for negative sums, which the product would be below
 */
function reciprocalOf(builder: ModelBuilder, node: Node, input: Node, pool: number) {
  const power = Math.log2(pool);
  if (Number.isInteger(power)) {
    const width = Math.max(power, 1);
    return { type: ufixed(width, width - power), raw: 1n };
  }
  const x = builder.type(input, 'result');
  if (x.signed) {
    throw new InputError({
      code: 'IMP030',
      layer: node.name,
      field: 'pool_size',
      what: `the average over ${pool} x ${pool} of values that can be negative has no exact multiplier`,
      mend: 'use a ReLU before it, or a pool size that is a power of two',
    });
  }
  const finer = Math.max(fracBits(builder.type(node, 'result')) + 1 - fracBits(x), 0);
  const sumBits = x.width + Math.ceil(Math.log2(pool ** 2));
  const bits = sumBits + finer + Math.ceil(Math.log2(2 * pool)) + 1;
  const type = ufixed(bits, 0);
  const raw = ((1n << BigInt(bits)) + BigInt(pool) - 1n) / BigInt(pool);
  if (raw > maxRaw(type)) throw new Error('1/pool is below 1');
  return { type, raw };
}
