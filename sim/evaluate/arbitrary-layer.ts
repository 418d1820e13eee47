/** One random layer: its tensors and constants, from what was drawn and from what the layers before it made. */
import { fixed, type FixedFormat, uint } from 'fixed-point-ts';
import { elements, type Extent } from '../model/layer-kind.ts';
import { type Layer, rulesOf } from '../model/layers/index.ts';
import type { Constant, Tensor } from '../model/model.ts';
import { sparsePixelsReciprocal } from '../model/tables.ts';
import { randomRaws } from './random-raws.ts';

/** Layer kinds that are drawn. */
export const ARBITRARY_KINDS = [
  'sparse-input-reduce',
  'sparse-conv2d',
  'sparse-relu',
  'sparse-average-pool2d',
  'sparse-max-pool2d',
  'sparse-flatten',
  'zero-pad2d',
  'conv2d',
  'average-pool2d',
  'max-pool2d',
  'dense',
  'relu',
  'sigmoid',
  'softmax',
  'flatten',
] as const satisfies readonly Layer['kind'][];
export type ArbitraryKind = (typeof ARBITRARY_KINDS)[number];

/** What is drawn for one layer; each kind takes what it needs of it. */
export interface Step {
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

/** What the layers so far have made: an image or a vector, or kept pixels. */
export type Made =
  | { readonly sparse: false; readonly name: string }
  | { readonly sparse: true; readonly name: string; readonly places: string; readonly extent: Extent };

/** The Model so far. */
export interface Draft {
  readonly tensors: Record<string, Tensor>;
  readonly constants: Record<string, Constant>;
  readonly layers: Layer[];
}

/** Appends a layer of the kind, with its tensors and constants; returns what it makes. */
export function addLayer(kind: ArbitraryKind, step: Step, from: Made, name: string, draft: Draft): Made {
  const x = draft.tensors[from.name];
  const places = from.sparse ? from.places : '';
  const extent: Extent = from.sparse ? from.extent : [0, 0];
  const base = { name, dialect: rulesOf(kind).dialects[0], inputs: [from.name] };
  const accumulator = step.accumulateInOutput ? step.out : step.inner;
  const write = (tensor: string, shape: readonly number[], type: FixedFormat) => {
    draft.tensors[tensor] = { shape, type };
    return tensor;
  };
  const constant = (field: string, shape: readonly number[], type: FixedFormat, seed: number) => {
    draft.constants[`${name}.${field}`] = { shape, type, raw: randomRaws(seed, elements(shape), type) };
    return `${name}.${field}`;
  };
  const push = (layer: Layer, made: Made = { sparse: false, name: layer.outputs[0] }): Made => {
    draft.layers.push(layer);
    return made;
  };
  const features = (layer: Layer, after: { places: string; extent: Extent } = { places, extent }) =>
    push(layer, { sparse: true, name: layer.outputs[0], ...after });

  switch (kind) {
    case 'sparse-input-reduce': {
      const [height, width, channels] = x.shape as [number, number, number];
      const slots = step.count;
      const outputs = [
        write(`${name}.features`, [slots, channels], x.type),
        write(`${name}.places`, [slots, 2], uint(step.published ? 10 : bitsFor(Math.max(height, width)))),
      ];
      const drawn = randomRaws(step.seed, 1, x.type)[0];
      const threshold = step.published || drawn < 0n ? 0n : drawn;
      const layer: Layer = { ...base, kind, outputs, threshold, indexBits: 12 };
      return features(layer, { places: outputs[1], extent: [height, width] });
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
      const pooled = write(`${name}.places`, draft.tensors[places].shape, draft.tensors[places].type);
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
      const raw = step.published ? sparsePixelsReciprocal(step.pool) : randomRaws(step.seed, 1, type)[0];
      return features({ ...wiring, kind, accumulator, reciprocal: { type, raw } }, after);
    }
    case 'sparse-flatten': {
      const [height, width] = [extent[0] + (step.pick % 2), extent[1] + (step.seed % 2)];
      const size = height * width * x.shape[1];
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

/** Bits of an unsigned integer type that holds `value`. */
function bitsFor(value: number): number {
  return value.toString(2).length;
}
