/**
 * Random small Models that pass the verifier, and inputs for them: what evaluators, writers and lowerings are held
 * together with. Every layer kind, any types, several channels and filters, odd and even kernels, both accumulators.
 *
 * A plan of numbers and types is drawn first and the Model is built from it without further choice, so a failing
 * Model shrinks: fewer layers, smaller shapes, simpler types.
 */
import fc from 'fast-check';
import type { FixedFormat } from 'fixed-point-ts';
import { elements } from '../model/layer-kind.ts';
import type { Layer } from '../model/layers/index.ts';
import { type Constant, type Model, MODEL_SCHEMA, type Tensor } from '../model/model.ts';
import { verifyModel } from '../model/verify-model.ts';
import { withWideAccumulators } from '../model/wide-accumulators.ts';
import { arbitraryFormat, arbitraryRaw } from './arbitrary-format.ts';
import { addLayer, ARBITRARY_KINDS, type ArbitraryKind, type Made, type Step } from './arbitrary-layer.ts';
import type { Values } from './evaluator.ts';

export interface ArbitraryModelOptions {
  /** Layer kinds to draw from (all); a Model ends early where none of them fits. Sparse kinds need the reduction. */
  readonly kinds?: readonly ArbitraryKind[];
  /** Most layers (6). */
  readonly maxLayers?: number;
  /** Widest type drawn, and how far its binary point may lie outside of it, bits (16 and 3). */
  readonly maxWidth?: number;
  readonly maxOutside?: number;
}

/** Models of one input and one output that {@link verifyModel} accepts. */
export function arbitraryModel(options: ArbitraryModelOptions = {}): fc.Arbitrary<Model> {
  const { kinds = ARBITRARY_KINDS, maxLayers = 6, maxWidth = 16, maxOutside = 3 } = options;
  const type = arbitraryFormat({ maxWidth, maxOutside });
  const plan = fc.record({
    shape: fc.tuple(small(6), small(6), small(3)),
    type,
    // no accumulator reaches across binary points that lie hundreds of bits apart
    wide: maxOutside > 100 ? fc.constant(false) : fc.integer({ max: 3, min: 0 }).map((n) => n === 0),
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
    const { shape, type } = model.tensors[name];
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

const SPARSE: readonly ArbitraryKind[] = [
  'sparse-conv2d',
  'sparse-relu',
  'sparse-average-pool2d',
  'sparse-max-pool2d',
  'sparse-flatten',
];
const VECTOR: readonly ArbitraryKind[] = ['dense', 'relu', 'sigmoid', 'softmax', 'flatten'];
/** The reduction several times: as many Models then go the sparse way as the dense one. */
const IMAGE: readonly ArbitraryKind[] = [
  ...ARBITRARY_KINDS.filter((kind) => !SPARSE.includes(kind) && kind !== 'softmax'),
  ...Array.from({ length: 6 }, () => 'sparse-input-reduce' as const),
];

function build({ shape, type, wide, steps }: Plan, kinds: readonly ArbitraryKind[]): Model {
  const tensors: Record<string, Tensor> = { x: { shape, type } };
  const constants: Record<string, Constant> = {};
  const layers: Layer[] = [];
  let made: Made = { sparse: false, name: 'x' };
  for (const step of steps) {
    const fitting = made.sparse ? SPARSE : tensors[made.name].shape.length === 3 ? IMAGE : VECTOR;
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
