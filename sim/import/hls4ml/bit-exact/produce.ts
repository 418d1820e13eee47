/** The bits that a layer's result can have, from those of its inputs and the values of its weights. */
import { InputError } from '../../../model/index.ts';
import { elements, imageShape } from '../../../model/layer-kind.ts';
import type { Node, Sliding } from '../node.ts';
import {
  concatenatedBits,
  einsumBits,
  mergedBits,
  product,
  scaledBits,
  softmaxBits,
  sumOf,
  transposedBits,
} from './combine.ts';
import {
  anyBits,
  bitsOfConstants,
  type BitsArray,
  emptyBits,
  fractionOf,
  type Interval,
  intervalAt,
  setInterval,
} from './bits.ts';

/** @throws InputError `IMP028` for layers whose bits are not worked out */
export function producedBits(node: Node, inputs: readonly { node: Node; bits: BitsArray }[]): BitsArray {
  const { operation } = node;
  const [x] = inputs;
  const size = elements(node.shape);
  switch (operation.kind) {
    case 'input':
      return anyBits(size);
    case 'quantizer':
      return quantisedBits(operation, x.bits);
    case 'reshape':
      return x.bits;
    case 'sparse-reduce':
      return anyBits(size);
    case 'sparse-quantizer':
      return overPlaces(operation.bits, node.shape[1], size);
    case 'sparse-conv':
      return sparseSumBits(node, x.bits);
    case 'sparse-pool': {
      const added = operation.reduce === 'average' ? fractionOf(operation.pool ** -2) : 0;
      return { ...x.bits, fraction: x.bits.fraction.map((bits) => bits + added) };
    }
    case 'sparse-flatten':
      return {
        signed: repeated(x, size, 'signed'),
        integer: repeated(x, size, 'integer'),
        fraction: repeated(x, size, 'fraction'),
      };
    case 'dense':
      return weightedBits(node, x.bits, () => [...Array(x.node.shape[0]).keys()]);
    case 'conv':
      if (operation.depthwise) break;
      return weightedBits(node, x.bits, (pixel) => windowOf(operation, x.node.shape, node.shape, pixel));
    case 'pool':
      return pooledBits(node, operation, x.node.shape, x.bits);
    case 'activation':
      if (operation.function === 'linear') return x.bits;
      if (operation.function === 'relu') return { ...x.bits, signed: new Uint8Array(size) };
      if (operation.function === 'tanh' || operation.function === 'sigmoid') {
        return {
          signed: operation.function === 'tanh' ? x.bits.signed : new Uint8Array(size),
          integer: x.bits.integer.map((bits) => Math.min(bits, 1)),
          fraction: new Int32Array(size).fill(126),
        };
      }
      return parametrisedBits(node, operation.function, operation.parameter, x.bits);
    case 'merge':
      return mergedBits(operation.operation, inputs[0].bits, inputs[1].bits);
    case 'dot': {
      const bits = emptyBits(1);
      setInterval(bits, 0, sumOf([...inputs[0].bits.integer.keys()].map((at) => product(inputs, at, at))));
      return bits;
    }
    case 'einsum':
    case 'einsum-dense':
      return einsumBits(node, operation.equation, inputs);
    case 'batch-normalization':
      return scaledBits(node, x.bits);
    case 'softmax':
      return softmaxBits(node, size);
    case 'lookup': {
      const own = bitsOfConstants(node.weights.table.values);
      const [signed, integer, fraction] = [own.signed, own.integer, own.fraction].map((values) =>
        Array.from<number>(values).reduce((a, b) => Math.max(a, b), -Infinity),
      );
      return {
        signed: new Uint8Array(size).fill(signed),
        integer: new Int32Array(size).fill(integer),
        fraction: new Int32Array(size).fill(fraction),
      };
    }
    case 'transpose':
      return transposedBits(x.bits, x.node.shape, operation.permutation);
    case 'concatenate':
      return concatenatedBits(inputs, operation.axis);
    default:
      break;
  }
  throw unknownBits(node);
}

function unknownBits(node: Node): InputError {
  return new InputError({
    code: 'IMP028',
    layer: node.name,
    field: 'class_name',
    what: `the bits of a ${node.className} are not worked out in a network with quantisers yet`,
  });
}

/** @throws InputError `IMP028` for functions whose bits are not worked out */
function parametrisedBits(node: Node, name: string, parameter: number | undefined, x: BitsArray): BitsArray {
  const own = bitsOfConstants(Float64Array.of(parameter ?? 0));
  const [signed, integer, fraction] = [own.signed[0], own.integer[0], own.fraction[0]];
  const positive = (parameter ?? 0) > 0 ? 1 : 0;
  switch (name) {
    case 'leaky_relu':
      return {
        signed: x.signed.map((bit) => bit & positive),
        integer: x.integer.map((bits) => bits + Math.max(0, integer - 1)),
        fraction: x.fraction.map((bits) => bits + Math.max(0, fraction)),
      };
    case 'thresholded_relu':
      return {
        signed: x.signed.map((bit) => bit & signed),
        integer: x.integer.map((bits) => Math.max(bits, integer)),
        fraction: x.fraction.map((bits) => Math.max(bits, fraction)),
      };
    case 'elu':
      return {
        signed: x.signed.map((bit) => bit & positive),
        integer: x.integer.map((bits) => Math.max(bits, integer)),
        fraction: x.fraction.map(() => 126),
      };
    default:
      throw unknownBits(node);
  }
}

/** Bits of the channels of kept pixels, for every place that a pixel can have. */
function repeated<F extends keyof BitsArray>(
  x: { node: Node; bits: BitsArray },
  size: number,
  field: F,
): BitsArray[F] {
  const channels = x.node.shape[1];
  const own = x.bits[field];
  const out = (field === 'signed' ? new Uint8Array(size) : new Int32Array(size)) as BitsArray[F];
  return out.map((_, at) => own[at % channels]) as BitsArray[F];
}

/** The most bits of a channel over all places of the image, for every slot. */
function overPlaces({ signed, integer, fraction }: BitsArray, channels: number, size: number): BitsArray {
  const most = (values: Uint8Array | Int32Array, channel: number) => {
    let largest = -Infinity;
    for (let at = channel; at < values.length; at += channels) largest = Math.max(largest, values[at]);
    return largest;
  };
  const bits = emptyBits(size);
  for (let at = 0; at < size; at++) {
    bits.signed[at] = most(signed, at % channels);
    bits.integer[at] = most(integer, at % channels);
    bits.fraction[at] = most(fraction, at % channels);
  }
  return bits;
}

/** Sums over whichever neighbours are kept, and a bias on those that are not 0. All slots are alike. */
function sparseSumBits(node: Node, x: BitsArray): BitsArray {
  const { weight, bias } = node.weights;
  const [channels, filters] = weight.shape.slice(-2);
  const bits = emptyBits(elements(node.shape));
  for (let filter = 0; filter < filters; filter++) {
    const shift = bias.values[filter];
    let [low, high, step] = [Math.min(shift, 0), Math.max(shift, 0), 2 ** -fractionOf(shift)];
    for (let at = filter; at < weight.values.length; at += filters) {
      const interval = intervalAt(x, Math.floor(at / filters) % channels);
      const factor = weight.values[at];
      if (factor === 0) continue;
      const [a, b] = [interval.low * factor, interval.high * factor];
      low += Math.min(a, b, 0);
      high += Math.max(a, b, 0);
      step = Math.min(step, interval.step * 2 ** -fractionOf(factor));
    }
    for (let at = filter; at < bits.integer.length; at += filters) setInterval(bits, at, { low, high, step });
  }
  return bits;
}

type Quantizer = Extract<Node['operation'], { kind: 'quantizer' }>;

/** Bits of a quantiser: no more than it or its input has, and one more where rounding can carry. */
export function quantisedBits({ bits: own, rounding, overflow }: Quantizer, x: BitsArray): BitsArray {
  const out = emptyBits(x.integer.length);
  for (let at = 0; at < out.integer.length; at++) {
    const [k, i, f] = [own.signed[at], own.integer[at], own.fraction[at]];
    const [lk, li, lf] = [x.signed[at], x.integer[at], x.fraction[at]];
    const carries = lf > f && i > li && (rounding !== 'TRN' || k > 0);
    const fewer = [Math.min(k, lk), Math.min(i, li) + (carries ? 1 : 0), Math.min(f, lf)];
    const holdsAll = 2 ** i - 2 ** -f >= 2 ** li - 2 ** -lf && k >= lk;
    const [sign, integer, fraction] = overflow === 'SAT' || holdsAll ? fewer : [k, i, f];
    if (sign + integer + fraction <= 0) continue;
    out.signed[at] = sign;
    out.integer[at] = integer;
    out.fraction[at] = fraction;
  }
  return out;
}

/** Sums of weights times the inputs that `taps` names for each pixel (-1 for padding), and a bias. */
function weightedBits(node: Node, x: BitsArray, taps: (pixel: number) => readonly number[]): BitsArray {
  const { weight, bias } = node.weights;
  const filters = weight.shape.at(-1)!;
  const bits = emptyBits(elements(node.shape));
  const fractions = Int32Array.from(weight.values, fractionOf);
  const pixels = bits.integer.length / filters;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const intervals = taps(pixel).map((at): Interval =>
      at < 0 ? { low: 0, high: 0, step: 1 } : intervalAt(x, at),
    );
    for (let filter = 0; filter < filters; filter++) {
      let [low, high, step] = [
        bias.values[filter],
        bias.values[filter],
        2 ** -fractionOf(bias.values[filter]),
      ];
      intervals.forEach((interval, tap) => {
        const factor = weight.values[tap * filters + filter];
        const [a, b] = [interval.low * factor, interval.high * factor];
        low += Math.min(a, b);
        high += Math.max(a, b);
        step = Math.min(step, interval.step * 2 ** -fractions[tap * filters + filter]);
      });
      setInterval(bits, pixel * filters + filter, { low, high, step });
    }
  }
  return bits;
}

/** Flat indices of the inputs of a window in (row, column, channel) order, -1 beyond the image. */
function windowOf(
  { window, stride, padding }: Sliding,
  from: readonly number[],
  to: readonly number[],
  pixel: number,
): number[] {
  const [height, width, channels] = imageShape(from);
  const columns = imageShape(to)[1];
  const [y, x] = [Math.floor(pixel / columns), pixel % columns];
  const taps: number[] = [];
  for (let row = 0; row < window[0]; row++) {
    for (let column = 0; column < window[1]; column++) {
      const [r, c] = [y * stride[0] - padding.top + row, x * stride[1] - padding.left + column];
      const inside = r >= 0 && r < height && c >= 0 && c < width;
      for (let channel = 0; channel < channels; channel++)
        taps.push(inside ? (r * width + c) * channels + channel : -1);
    }
  }
  return taps;
}

function pooledBits(
  node: Node,
  operation: Extract<Node['operation'], { kind: 'pool' }>,
  from: readonly number[],
  x: BitsArray,
): BitsArray {
  const channels = from.at(-1)!;
  const bits = emptyBits(elements(node.shape));
  const to = operation.global ? [1, 1, channels] : node.shape;
  for (let at = 0; at < bits.integer.length; at++) {
    const taps = windowOf(operation, from, to, Math.floor(at / channels)).filter(
      (_, index) => index % channels === at % channels,
    );
    const inside = taps.filter((tap) => tap >= 0);
    const most = (values: Uint8Array | Int32Array) =>
      Math.max(...taps.map((tap) => (tap < 0 ? 0 : values[tap])));
    bits.signed[at] = most(x.signed);
    bits.integer[at] = most(x.integer);
    const added = operation.reduce === 'average' ? fractionOf(1 / inside.length) : 0;
    bits.fraction[at] = most(x.fraction) + added;
  }
  return bits;
}
