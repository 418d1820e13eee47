/** One-layer Models of the kinds that random Models do not draw: any types, small shapes, constants from a seed. */
import fc from 'fast-check';
import { fixed, ufixed } from 'fixed-point-ts';
import { arbitraryFormat } from '../../../sim/evaluate/arbitrary-format.ts';
import { randomRaws } from '../../../sim/evaluate/random-raws.ts';
import {
  GATES,
  type Constant,
  elements,
  type Layer,
  type Model,
  MODEL_SCHEMA,
  type Tensor,
  verifyModel,
} from '../../../sim/model/index.ts';
import type { Case } from './side-by-side.suite.ts';

type Shape = readonly number[];

/** Kinds tested here, each with the shapes of its inputs and output and its fields. */
const kinds = {
  'depthwise-conv2d': (d: Drawn) => {
    d.constant('weights', [2, 3, 2]);
    d.constant('bias', [2]);
    const padding = { top: 1, bottom: 0, left: 1, right: 2 };
    return d.layer([[4, 5, 2]], [4, 3, 2], {
      window: [2, 3],
      stride: [1, 2],
      padding,
      accumulator: d.type(),
      weights: 'weights',
      bias: 'bias',
    });
  },
  crop2d: (d: Drawn) => d.layer([[5, 6, 2]], [3, 3, 2], { crop: { top: 1, bottom: 1, left: 2, right: 1 } }),
  resize2d: (d: Drawn) => d.layer([[2, 3, 2]], [4, 9, 2], { factor: [2, 3] }),
  reshape: (d: Drawn) => d.layer([[4, 3]], [2, 3, 2], {}),
  transpose: (d: Drawn) => d.layer([[2, 3, 1, 2, 2]], [2, 2, 2, 1, 3], { permutation: [4, 0, 3, 2, 1] }),
  concatenate: (d: Drawn) =>
    d.layer(
      [
        [3, 2],
        [3, 4],
      ],
      [3, 6],
      { axis: 1 },
    ),
  merge: (d: Drawn) => {
    const operation = (['add', 'subtract', 'multiply', 'average', 'maximum', 'minimum'] as const)[d.seed % 6];
    return d.layer(
      [
        [3, 2],
        [3, 2],
      ],
      [3, 2],
      { operation },
    );
  },
  dot: (d: Drawn) => d.layer([[5], [5]], [1], { accumulator: d.type() }),
  embedding: (d: Drawn) => {
    d.constant('rows', [4, 3]);
    return d.layer([[5]], [5, 3], { rows: 'rows' });
  },
  argmax: (d: Drawn) => d.layer([[2, 3, 2]], [2, 3, 2], { slices: [2, 3, 2] }),
  'table-softmax': (d: Drawn) => {
    const [address, inverseAddress] = [fixed(9, 4, 'RND', 'SAT'), ufixed(10, 5, 'RND', 'SAT')];
    d.constant('expTable', [64]);
    d.constant('inverseTable', [128]);
    const slices = d.seed % 2 === 0 ? [2, 5, 1] : [1, 5, 2];
    const types = { address, inverseAddress, accumulator: d.type() };
    return d.layer([[10]], [10], {
      slices,
      subtractLargest: d.seed % 3 > 0,
      ...types,
      expTable: 'expTable',
      inverseTable: 'inverseTable',
    });
  },
  'table-function': (d: Drawn) => {
    d.constant('table', [64]);
    return d.layer([[6]], [6], { function: 'tanh', table: 'table', range: 4 });
  },
  'thresholded-relu': (d: Drawn) => d.layer([[4, 3]], [4, 3], { threshold: d.number() }),
  'parametric-relu': (d: Drawn) => {
    d.constant('slopes', [d.seed % 2 === 0 ? 1 : 12]);
    return d.layer([[4, 3]], [4, 3], { slopes: 'slopes' });
  },
  elu: (d: Drawn) => {
    d.constant('table', [d.seed % 2 === 0 ? 64 : 20]);
    return d.layer([[4, 3]], [4, 3], { positive: d.number(), negative: d.number(), table: 'table' });
  },
  'legacy-softmax': (d: Drawn) => {
    d.constant('expTable', [64]);
    d.constant('inverseTable', [100]);
    const slices = d.seed % 2 === 0 ? [2, 5, 1] : [1, 5, 2];
    return d.layer([[10]], [10], {
      slices,
      sum: d.type(),
      expTable: 'expTable',
      inverseTable: 'inverseTable',
    });
  },
  'hard-sigmoid': (d: Drawn) =>
    d.layer([[4, 3]], [4, 3], { slope: d.number(), shift: d.number(), symmetric: d.seed % 2 === 0 }),
  'scale-shift': (d: Drawn) => {
    d.constant('scale', [3]);
    d.constant('shift', [d.seed % 2 === 0 ? 3 : 12]);
    return d.layer([[4, 3]], [4, 3], { scale: 'scale', shift: 'shift' });
  },
  sign: (d: Drawn) =>
    d.layer(
      [[4, 3]],
      [4, 3],
      { levels: d.seed % 2 === 0 ? 2 : 3 },
      d.seed % 4 === 0 ? ufixed(1, 1) : undefined,
    ),
  'average-pool2d': (d: Drawn) => {
    const padding = [
      { top: 0, bottom: 0, left: 0, right: 0 },
      { top: 1, bottom: 1, left: 0, right: 2 },
    ][d.seed % 2];
    return d.layer([[4, 6, 2]], d.seed % 2 === 0 ? [2, 2, 2] : [3, 2, 2], {
      window: [2, 3],
      stride: [2, 3],
      padding,
      accumulator: d.type(),
    });
  },
  'max-pool2d': (d: Drawn) =>
    d.layer([[7, 2]], [4, 2], {
      window: [1, 3],
      stride: [1, 2],
      padding: { top: 0, bottom: 0, left: 1, right: 1 },
    }),
  'batched-dense': (d: Drawn) => {
    d.constant('weights', [2, 3, 5]);
    d.constant('bias', [2, 4, 5]);
    return d.layer([[2, 4, 3]], [2, 4, 5], { accumulator: d.type(), weights: 'weights', bias: 'bias' });
  },
  'batched-product': (d: Drawn) =>
    d.layer(
      [
        [2, 3, 4],
        [2, 5, 4],
      ],
      [2, 3, 5],
      { accumulator: d.type() },
    ),
  'layer-normalization': (d: Drawn) => {
    d.constant('table', [d.seed % 2 === 0 ? 32 : 48]);
    d.constant('scale', [4]);
    d.constant('shift', [4]);
    return d.layer([[3, 4]], [3, 4], {
      accumulator: d.type(),
      inverseCount: d.number(),
      table: 'table',
      rangePower: d.seed % 4,
      scale: 'scale',
      shift: 'shift',
    });
  },
  recurrent: (d: Drawn) => {
    const [steps, features, units] = [3, 2, 2];
    const cell = (['lstm', 'gru', 'simple'] as const)[d.seed % 3];
    const wide = units * GATES[cell];
    d.constant('weights', [features, wide]);
    d.constant('recurrentWeights', [units, wide]);
    d.constant('bias', [wide]);
    d.constant('recurrentBias', [wide]);
    const activation = (name: string, relu: boolean, range: number) => {
      if (relu) return { function: 'relu' as const };
      d.constant(name, [64]);
      return { function: 'tanh' as const, table: name, range };
    };
    const returnSequences = d.seed % 8 < 3;
    return d.layer([[steps, features]], returnSequences ? [steps, units] : [units], {
      cell,
      backward: d.seed % 4 < 2,
      returnSequences,
      accumulator: d.type(),
      activation: activation('activationTable', d.seed % 5 === 0, 4),
      ...(cell === 'simple' ? {} : { recurrentActivation: activation('gateTable', d.seed % 7 === 0, 64) }),
      weights: 'weights',
      recurrentWeights: 'recurrentWeights',
      bias: 'bias',
      recurrentBias: 'recurrentBias',
    });
  },
  lookup: (d: Drawn) => {
    const input = (d.seed % 2 === 0 ? fixed : ufixed)(6, 3);
    d.constant('table', [d.seed % 3 === 0 ? 64 : 80]);
    return d.layer([[4, 3]], [4, 3], { table: 'table' }, undefined, input);
  },
  quantize: (d: Drawn) =>
    d.layer([[4, 3]], [4, 3], {
      types: [d.type(), d.type(), d.type()],
      assignment: [0, 1, -1, 1, 0, 0, -1, 1, 0, 1, 1, 0],
    }),
} as const;

export const ONE_LAYER_KINDS = Object.keys(kinds) as (keyof typeof kinds)[];

interface Drawn {
  readonly seed: number;
  readonly type: () => Tensor['type'];
  readonly number: () => { readonly type: Tensor['type']; readonly raw: bigint };
  readonly constant: (name: string, shape: Shape) => void;
  readonly layer: (
    inputs: readonly Shape[],
    output: Shape,
    fields: object,
    outputType?: Tensor['type'],
    inputType?: Tensor['type'],
  ) => Model;
}

/** A Model of one layer of a kind, and inputs for it, as the seed decides. */
export function oneLayerCase(
  kind: keyof typeof kinds,
  seed: number,
  maxWidth: number,
  plainModes: boolean,
  events: number,
): Case {
  let next = 1000 * seed;
  const type = () => {
    const drawn = fc.sample(arbitraryFormat({ maxWidth }), { numRuns: 1, seed: next++ })[0];
    const lacking = drawn.overflow === 'WRAP_SM' || (drawn.overflow === 'WRAP' && drawn.saturationBits > 0);
    return plainModes && lacking ? { ...drawn, overflow: 'WRAP' as const, saturationBits: 0 } : drawn;
  };
  const constants: Record<string, Constant> = {};
  const model = kinds[kind]({
    seed,
    type,
    number: () => {
      const own = type();
      return { type: own, raw: randomRaws(next++, 1, own)[0] };
    },
    constant: (name, shape) => {
      const own = type();
      constants[name] = { shape, type: own, raw: randomRaws(next++, elements(shape), own) };
    },
    layer: (inputs, output, fields, outputType = type(), inputType?: Tensor['type']) => {
      const names = inputs.map((_, index) => `x${index}`);
      const tensors = Object.fromEntries(
        inputs.map((shape, index) => [names[index], { shape, type: inputType ?? type() }]),
      );
      const layer = {
        kind,
        name: 'layer',
        dialect: 'hls4ml-1.3.0',
        inputs: names,
        outputs: ['y'],
        ...fields,
      };
      return verifyModel({
        schema: MODEL_SCHEMA,
        name: kind,
        inputs: names,
        outputs: ['y'],
        tensors: { ...tensors, y: { shape: output, type: outputType } },
        layers: [layer as Layer],
        constants,
      });
    },
  });
  const inputs = Array.from({ length: events }, (_, event) =>
    Object.fromEntries(
      model.inputs.map((name, index) => {
        const { shape, type: own } = model.tensors[name];
        return [name, randomRaws(seed + 17 * event + index, elements(shape), own)];
      }),
    ),
  );
  return { model, inputs };
}
