/**
 * Random small dense Models that branch: blocks of two paths from one tensor, one within the other, whose results are
 * merged or concatenated; then perhaps vectors, which branch too. Any types that have hardware.
 */
import fc from 'fast-check';
import type { FixedFormat } from 'fixed-point-ts';
import { arbitraryFormat, arbitraryRaw } from '../../../evaluate/arbitrary-format.ts';
import { addLayer, type ArbitraryKind, type Draft, type Step } from '../../../evaluate/arbitrary-layer.ts';
import { type Model, MODEL_SCHEMA, verifyModel } from '../../../model/index.ts';

export const MERGES = ['add', 'subtract', 'multiply', 'average', 'maximum', 'minimum'] as const;

const type = arbitraryFormat({ maxWidth: 8, maxOutside: 2 }).filter(
  ({ overflow, saturationBits }) => overflow !== 'WRAP_SM' && (overflow !== 'WRAP' || saturationBits === 0),
);
const block = fc.record({
  main: fc.constantFrom('same', 'padded', 'valid', 'pixel', 'deep'),
  short: fc.constantFrom('identity', 'pixel', 'activation'),
  join: fc.constantFrom(...MERGES, 'concatenate' as const),
  swapped: fc.boolean(),
  /** A block around the ones before it: its short path begins where the first of them does. */
  around: fc.boolean(),
  size: fc.integer({ min: 2, max: 3 }),
  stride: fc.constantFrom(1, 1, 2),
  filters: fc.integer({ min: 1, max: 2 }),
});
type Block = typeof block extends fc.Arbitrary<infer R> ? R : never;
const recipe = fc.record({
  shape: fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 2 })),
    fc.tuple(fc.integer({ min: 1, max: 6 })),
  ),
  types: fc.array(type, { minLength: 5, maxLength: 5 }),
  blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
  tail: fc.constantFrom('none', 'dense', 'heads', 'flattened'),
  seed: fc.nat({ max: 2 ** 30 }),
});
type Recipe = typeof recipe extends fc.Arbitrary<infer R> ? R : never;

export const arbitraryBranchingModel: fc.Arbitrary<Model> = recipe.map(branchingModel);

/** A Model with the raw integers of a few events. */
export const arbitraryBranchingCase = arbitraryBranchingModel.chain((model) => {
  const { shape, type: of } = model.tensors.x;
  const elements = shape.reduce((a, b) => a * b, 1);
  const event = fc.array(arbitraryRaw(of), { minLength: elements, maxLength: elements });
  return fc.record({ model: fc.constant(model), events: fc.array(event, { minLength: 3, maxLength: 4 }) });
});

function branchingModel({ shape, types, blocks, tail, seed }: Recipe): Model {
  const draft: Draft = { tensors: { x: { shape: [...shape], type: types[0] } }, constants: {}, layers: [] };
  const add = adder(draft, types, seed);
  const isVector = shape.length === 1;
  let from = 'x';
  for (const each of blocks) {
    const before = each.around ? 'x' : from;
    from = isVector ? vectorBlock(add, from, each) : imageBlock(draft, add, from, before, each);
  }
  if (tail !== 'none' && !isVector) {
    if (tail === 'flattened') {
      const flat = [from, 'x'].map((name) => add('flatten', name));
      from = add.pair('concatenate', flat[0], flat[1]);
    } else from = add('flatten', from);
    if (tail === 'heads') {
      const heads = [3, 3].map((count) => add('dense', from, { count }));
      from = add.pair('maximum', heads[0], add('relu', heads[1]));
    } else from = add('dense', from, { count: 4 });
  }
  const { tensors, constants, layers } = draft;
  return verifyModel({
    schema: MODEL_SCHEMA,
    name: 'branching',
    inputs: ['x'],
    outputs: [from],
    tensors,
    layers,
    constants,
  });
}

interface Add {
  (kind: ArbitraryKind, from: string, step?: Partial<Step>): string;
  readonly pair: (operation: Block['join'], a: string, b: string) => string;
}

function adder(draft: Draft, types: readonly FixedFormat[], seed: number): Add {
  const drawn = () => types[(draft.layers.length * 3 + seed) % types.length];
  const add = (kind: ArbitraryKind, from: string, step: Partial<Step> = {}) => {
    const [pick, inner, weights, bias] = [0, types[1], types[2], types[3]];
    const usual: Step = {
      ...{
        pick,
        out: drawn(),
        inner,
        weights,
        bias,
        accumulateInOutput: false,
        size: [1, 1],
        stride: [1, 1],
      },
      ...{
        padding: [0, 0, 0, 0],
        count: 2,
        pool: 1,
        published: false,
        seed: seed + 17 * draft.layers.length,
      },
    };
    const made = { sparse: false, name: from } as const;
    return addLayer(kind, { ...usual, ...step }, made, `l${draft.layers.length}`, draft).name;
  };
  const pair = (operation: Block['join'], a: string, b: string) => {
    const name = `l${draft.layers.length}`;
    const outputs = [`${name}.out`];
    const shape = [...draft.tensors[a].shape];
    const base = { name, dialect: 'hls4ml-1.3.0' as const, inputs: [a, b], outputs };
    if (operation === 'concatenate') {
      const axis = shape.length - 1;
      shape[axis] += draft.tensors[b].shape[axis];
      draft.layers.push({ ...base, kind: 'concatenate', axis });
    } else draft.layers.push({ ...base, kind: 'merge', operation });
    draft.tensors[outputs[0]] = { shape, type: drawn() };
    return outputs[0];
  };
  return Object.assign(add, { pair });
}

function joined(add: Add, { join, swapped }: Block, a: string, b: string): string {
  return swapped ? add.pair(join, b, a) : add.pair(join, a, b);
}

function vectorBlock(add: Add, from: string, block: Block): string {
  const main = add('dense', from, { count: block.filters + 1 });
  if (block.short === 'identity') return joined(add, block, main, main);
  const short =
    block.short === 'pixel' ? add('dense', from, { count: block.filters + 1 }) : add('relu', main);
  return joined(add, block, main, short);
}

function imageBlock(draft: Draft, add: Add, from: string, before: string, block: Block): string {
  const [channels, filters] = [draft.tensors[before].shape[2], block.filters];
  const odd = 2 * Math.floor(block.size / 2) + 1;
  const ring = Math.floor(odd / 2);
  const around = [ring, ring, ring, ring] as const;
  const stride = [block.stride, block.stride] as const;
  const conv = (name: string, step: Partial<Step>) => add('conv2d', name, { count: 2 * filters, ...step });
  let main: string;
  switch (block.main) {
    case 'same':
      main = conv(from, { size: [odd, odd], padding: around, stride });
      break;
    case 'padded':
      main = conv(add('zero-pad2d', from, { padding: around }), { size: [odd, odd], stride });
      break;
    case 'valid':
      main = conv(from, { size: [block.size, block.size] });
      break;
    case 'pixel':
      main = add('sigmoid', from, { size: [1, 1], count: 4 });
      break;
    case 'deep':
      main = conv(conv(from, { size: [3, 3], padding: [1, 1, 1, 1] }), {
        size: [odd, 1],
        padding: [ring, ring, 0, 0],
      });
      break;
  }
  // The short path ends in the main path's shape: by nothing if it has it, else by a window that makes it.
  const [shape, own] = [draft.tensors[main].shape, draft.tensors[before].shape];
  const pixels = (a: readonly number[], b: readonly number[]) => a[0] === b[0] && a[1] === b[1];
  const needsChannels = block.join !== 'concatenate' && shape[2] !== channels;
  let short = before;
  if (!pixels(shape, own) || needsChannels || block.short === 'pixel') {
    const [rows, columns] = [own[0] - shape[0] + 1, own[1] - shape[1] + 1];
    const strided = pixels(shape, [Math.floor((own[0] - 1) / 2) + 1, Math.floor((own[1] - 1) / 2) + 1]);
    const window = strided ? { stride: [2, 2] as const } : {};
    const count = 2 * (block.join === 'concatenate' ? filters : shape[2]);
    short = add('conv2d', before, {
      count,
      ...(rows > 4 || columns > 4 || strided ? window : { size: [rows, columns] }),
    });
    if (!pixels(draft.tensors[short].shape, shape)) short = main;
  } else if (block.short === 'activation') short = add('relu', before);
  return joined(add, block, main, short);
}
