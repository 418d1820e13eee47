/**
 * Random small Models that pass the verifier, and inputs for them: what evaluators, writers and lowerings are held
 * together with. Every layer kind, any types, several channels and filters, odd and even kernels, both accumulators.
 *
 * A plan of numbers and types is drawn first and the Model is built from it without further choice, so a failing
 * Model shrinks: fewer layers, smaller shapes, simpler types.
 */
import fc from 'fast-check';
import { fixed, type FixedFormat, maxRaw, minRaw, uint } from 'fixed-point-ts';
import { elements, type Extent } from '../model/layer-kind.ts';
import { type Layer, LAYER_KINDS, rulesOf } from '../model/layers/index.ts';
import { type Constant, type Model, MODEL_SCHEMA, type Tensor } from '../model/model.ts';
import { sparsePixelsReciprocal } from '../model/tables.ts';
import { verifyModel } from '../model/verify-model.ts';
import { withWideAccumulators } from '../model/wide-accumulators.ts';
import { arbitraryFormat, arbitraryRaw } from './arbitrary-format.ts';
import type { Values } from './evaluator.ts';

export interface ArbitraryModelOptions {
  /** Layer kinds to draw from (all); a Model ends early where none of them fits. Sparse kinds need the reduction. */
  readonly kinds?: readonly Layer['kind'][];
  /** Most layers (6). */
  readonly maxLayers?: number;
  /** Widest type drawn, bits (16). */
  readonly maxWidth?: number;
}

/** Models of one input and one output that {@link verifyModel} accepts. */
export function arbitraryModel(options: ArbitraryModelOptions = {}): fc.Arbitrary<Model> {
  const { kinds = LAYER_KINDS, maxLayers = 6, maxWidth = 16 } = options;
  const type = arbitraryFormat({ maxWidth });
  const plan = fc.record({
    shape: fc.tuple(small(6), small(6), small(3)),
    type,
    wide: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    steps: fc.array(arbitraryStep(type), { minLength: 1, maxLength: maxLayers }),
  });
  return plan
    .map((drawn) => build(drawn, kinds))
    .filter((model) => model.layers.length > 0)
    .map(verifyModel);
}

/** Inputs of a Model, each element its type's ends, 0 or anything. */
export function arbitraryInput(model: Model): fc.Arbitrary<Values> {
  const input = (name: string) => {
    const { shape, type } = model.tensors[name]!;
    const size = elements(shape);
    return fc.array(arbitraryRaw(type), { minLength: size, maxLength: size });
  };
  return fc.record(Object.fromEntries(model.inputs.map((name) => [name, input(name)])));
}

/** A Model with `count` inputs for it. */
export function arbitraryCase(
  options: ArbitraryModelOptions = {},
  count = 3,
): fc.Arbitrary<{ model: Model; inputs: readonly Values[] }> {
  return arbitraryModel(options).chain((model) =>
    fc.record({
      model: fc.constant(model),
      inputs: fc.array(arbitraryInput(model), { minLength: count, maxLength: count }),
    }),
  );
}

interface Step {
  readonly pick: number;
  readonly out: FixedFormat;
  readonly inner: FixedFormat;
  readonly weights: FixedFormat;
  readonly bias: FixedFormat;
  /** The accumulator is the output type, as in the published sparse kernels. */
  readonly accumulateInOutput: boolean;
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly count: number;
  readonly pool: number;
  readonly published: boolean;
  readonly seed: number;
}

interface Plan {
  readonly shape: readonly [number, number, number];
  readonly type: FixedFormat;
  readonly wide: boolean;
  readonly steps: readonly Step[];
}

function small(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max });
}

function arbitraryStep(type: fc.Arbitrary<FixedFormat>): fc.Arbitrary<Step> {
  const pad = fc.integer({ min: 0, max: 2 });
  return fc.record({
    pick: fc.nat(),
    out: type,
    inner: type,
    weights: type,
    bias: type,
    accumulateInOutput: fc.boolean(),
    size: fc.tuple(small(4), small(4)),
    stride: fc.tuple(small(3), small(3)),
    padding: fc.tuple(pad, pad, pad, pad),
    count: small(6),
    pool: fc.oneof({ weight: 3, arbitrary: small(4) }, small(12)),
    published: fc.boolean(),
    seed: fc.nat(),
  });
}

/** What the layers so far have made: an image or a vector, or kept pixels. */
type Made =
  | { readonly sparse: false; readonly name: string }
  | { readonly sparse: true; readonly name: string; readonly places: string; readonly extent: Extent };

const SPARSE: readonly Layer['kind'][] = [
  'sparse-conv2d',
  'sparse-relu',
  'sparse-average-pool2d',
  'sparse-max-pool2d',
  'sparse-flatten',
];
const VECTOR: readonly Layer['kind'][] = ['dense', 'relu', 'sigmoid', 'softmax', 'flatten'];
const IMAGE = LAYER_KINDS.filter((kind) => !SPARSE.includes(kind) && kind !== 'softmax');

function build({ shape, type, wide, steps }: Plan, kinds: readonly Layer['kind'][]): Model {
  const tensors: Record<string, Tensor> = { x: { shape, type } };
  const constants: Record<string, Constant> = {};
  const layers: Layer[] = [];
  let made: Made = { sparse: false, name: 'x' };
  for (const step of steps) {
    const fitting = made.sparse ? SPARSE : tensors[made.name]!.shape.length === 3 ? IMAGE : VECTOR;
    const legal = fitting.filter((kind) => kinds.includes(kind));
    const kind = legal[step.pick % legal.length];
    if (!kind) break;
    made = addLayer(kind, step, made, `l${layers.length}`, { tensors, constants, layers });
  }
  const model: Model = {
    schema: MODEL_SCHEMA,
    name: 'arbitrary',
    inputs: ['x'],
    outputs: [made.name],
    tensors,
    layers,
    constants,
  };
  return wide ? withWideAccumulators(model) : model;
}

interface Draft {
  readonly tensors: Record<string, Tensor>;
  readonly constants: Record<string, Constant>;
  readonly layers: Layer[];
}

/** Appends a layer of the kind, with its tensors and constants; returns what it makes. */
function addLayer(kind: Layer['kind'], step: Step, from: Made, name: string, draft: Draft): Made {
  const x = draft.tensors[from.name]!;
  const places = from.sparse ? from.places : '';
  const extent: Extent = from.sparse ? from.extent : [0, 0];
  const base = { name, dialect: rulesOf(kind).dialects[0]!, inputs: [from.name] };
  const accumulator = step.accumulateInOutput ? step.out : step.inner;
  const write = (tensor: string, shape: readonly number[], type: FixedFormat) => {
    draft.tensors[tensor] = { shape, type };
    return tensor;
  };
  const constant = (field: string, shape: readonly number[], type: FixedFormat, seed: number) => {
    draft.constants[`${name}.${field}`] = { shape, type, raw: randomRaws(seed, elements(shape), type) };
    return `${name}.${field}`;
  };
  const push = (layer: Layer, made: Made = { sparse: false, name: layer.outputs[0]! }): Made => {
    draft.layers.push(layer);
    return made;
  };
  const features = (layer: Layer, after: { places: string; extent: Extent } = { places, extent }) =>
    push(layer, { sparse: true, name: layer.outputs[0]!, ...after });

  switch (kind) {
    case 'sparse-input-reduce': {
      const [height, width, channels] = x.shape as [number, number, number];
      const slots = step.count;
      const outputs = [
        write(`${name}.features`, [slots, channels], x.type),
        write(`${name}.places`, [slots, 2], uint(step.published ? 10 : 3)),
      ];
      const threshold = randomRaws(step.seed, 1, {
        ...x.type,
        signed: false,
        width: Math.max(1, x.type.width - 1),
      })[0]!;
      const low = step.published || threshold > maxRaw(x.type) ? 0n : threshold;
      const layer: Layer = { ...base, kind, outputs, threshold: low, indexBits: 12 };
      return features(layer, { places: outputs[1]!, extent: [height, width] });
    }
    case 'sparse-conv2d': {
      const [slots, channels] = x.shape as [number, number];
      const [kernel] = step.size;
      const filters = Math.ceil(step.count / 2);
      return features({
        ...base,
        kind,
        inputs: [from.name, places],
        outputs: [write(`${name}.out`, [slots, filters], step.out)],
        accumulator,
        weights: constant('weights', [kernel, kernel, channels, filters], step.weights, step.seed),
        bias: constant('bias', [filters], step.bias, step.seed + 1),
      });
    }
    case 'sparse-relu':
      return features({ ...base, kind, outputs: [write(`${name}.out`, x.shape, step.out)] });
    case 'sparse-average-pool2d':
    case 'sparse-max-pool2d': {
      const pooled = write(`${name}.places`, draft.tensors[places]!.shape, draft.tensors[places]!.type);
      const wiring = {
        ...base,
        inputs: [from.name, places],
        outputs: [write(`${name}.out`, x.shape, step.out), pooled],
        pool: step.pool,
      };
      const after = {
        places: pooled,
        extent: [Math.ceil(extent[0] / step.pool), Math.ceil(extent[1] / step.pool)] as const,
      };
      if (kind === 'sparse-max-pool2d') return features({ ...wiring, kind }, after);
      const type = step.published ? fixed(10, 0) : step.weights;
      const raw = step.published ? sparsePixelsReciprocal(step.pool) : randomRaws(step.seed, 1, type)[0]!;
      return features({ ...wiring, kind, accumulator, reciprocal: { type, raw } }, after);
    }
    case 'sparse-flatten': {
      const [height, width] = [extent[0] + (step.pick % 2), extent[1] + (step.seed % 2)];
      const size = height * width * x.shape[1]!;
      return push({
        ...base,
        kind,
        inputs: [from.name, places],
        outputs: [write(`${name}.out`, [size], x.type)],
        height,
        width,
      });
    }
    case 'zero-pad2d': {
      const [height, width, channels] = x.shape as [number, number, number];
      const [top, bottom, left, right] = step.padding;
      const shape = [height + top + bottom, width + left + right, channels];
      return push({
        ...base,
        kind,
        outputs: [write(`${name}.out`, shape, step.out)],
        padding: { top, bottom, left, right },
      });
    }
    case 'conv2d':
    case 'average-pool2d':
    case 'max-pool2d': {
      const [height, width, channels] = x.shape as [number, number, number];
      const [top, bottom, left, right] = kind === 'conv2d' ? step.padding : [0, 0, 0, 0];
      const [tall, broad] = [height + top + bottom, width + left + right];
      const window = [Math.min(step.size[0], tall), Math.min(step.size[1], broad)] as const;
      const filters = kind === 'conv2d' ? Math.ceil(step.count / 2) : channels;
      const shape = [
        Math.floor((tall - window[0]) / step.stride[0]) + 1,
        Math.floor((broad - window[1]) / step.stride[1]) + 1,
        filters,
      ];
      const sliding = {
        ...base,
        outputs: [write(`${name}.out`, shape, step.out)],
        window,
        stride: step.stride,
        padding: { top, bottom, left, right },
      };
      if (kind === 'max-pool2d') return push({ ...sliding, kind });
      if (kind === 'average-pool2d') return push({ ...sliding, kind, accumulator });
      return push({
        ...sliding,
        kind,
        accumulator,
        weights: constant('weights', [...window, channels, filters], step.weights, step.seed),
        bias: constant('bias', [filters], step.bias, step.seed + 1),
      });
    }
    case 'dense': {
      const size = elements(x.shape);
      return push({
        ...base,
        kind,
        outputs: [write(`${name}.out`, [step.count], step.out)],
        accumulator,
        weights: constant('weights', [size, step.count], step.weights, step.seed),
        bias: constant('bias', [step.count], step.bias, step.seed + 1),
      });
    }
    case 'relu':
      return push({ ...base, kind, outputs: [write(`${name}.out`, x.shape, step.out)] });
    case 'sigmoid': {
      const [range] = step.size;
      return push({
        ...base,
        kind,
        outputs: [write(`${name}.out`, x.shape, step.out)],
        table: constant('table', [2 * range * step.count], step.weights, step.seed),
        range,
      });
    }
    case 'softmax': {
      const table = (field: string, address: FixedFormat, type: FixedFormat, bits: number, seed: number) =>
        constant(field, [2 ** Math.min(bits, address.width)], type, seed);
      return push({
        ...base,
        kind,
        outputs: [write(`${name}.out`, x.shape, step.out)],
        difference: step.inner,
        expTable: table('exp', step.inner, step.weights, step.size[0], step.seed),
        inverseTable: table('inverse', step.weights, step.bias, step.size[1], step.seed + 1),
      });
    }
    case 'flatten':
      return push({ ...base, kind, outputs: [write(`${name}.out`, [elements(x.shape)], step.out)] });
    default:
      return kind satisfies never;
  }
}

/** Raw integers of a type, repeatable by seed: an eighth each 0, lowest and highest, the others anything. */
function randomRaws(seed: number, count: number, type: FixedFormat): bigint[] {
  const random = randomWords(seed);
  return Array.from({ length: count }, () => {
    const choice = random() % 8;
    if (choice === 0) return 0n;
    if (choice === 1) return minRaw(type);
    if (choice === 2) return maxRaw(type);
    let bits = 0n;
    for (let width = 0; width < type.width; width += 32) bits = (bits << 32n) | BigInt(random());
    return type.signed ? BigInt.asIntN(type.width, bits) : BigInt.asUintN(type.width, bits);
  });
}

/** 32-bit words of the SplitMix32 generator. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014. */
function randomWords(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state ^ (state >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
}
