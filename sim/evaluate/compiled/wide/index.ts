/**
 * Kernels on BigInt for layers that 53 bits cannot hold: what hls4ml's `auto` makes of sums of wide words. Alignments and
 * indices are worked out when a kernel is made. Kinds that are not here are refused, as their loops are nowhere else.
 */
import { castRaw, fracBits } from 'fixed-point-ts';
import type { Layer } from '../../../model/index.ts';
import { imageShape } from '../../../model/layer-kind.ts';
import type { MakeWideKernel, WideBuffers, WideTensor } from './wide-tensor.ts';

type Wide = { readonly [K in Layer['kind']]?: MakeWideKernel<K> };

/** 2^bits as a factor; bits are not negative. */
const power = (bits: number) => 1n << BigInt(bits);

/** out[i] = f(x[i]) with `frac` fraction bits, assigned to the output type. */
function elementWise({ inputs, outputs }: WideBuffers, frac: number, f: (raw: bigint) => bigint): () => void {
  const [x, out] = [inputs[0], outputs[0]];
  return () => {
    for (let at = 0; at < out.size; at++) out.write(at, castRaw(f(x.read(at)), frac, out.type));
  };
}

/** Sums of products over lists of inputs, one list for each run of outputs; every assignment of the C++ is made. */
function sums(
  layer: { readonly accumulator: WideTensor['type']; readonly weights: string; readonly bias: string },
  { inputs, outputs, constant }: WideBuffers,
  taps: readonly Int32Array[],
): () => void {
  const [x, out] = [inputs[0], outputs[0]];
  const { accumulator } = layer;
  const [weights, bias] = [constant(layer.weights), constant(layer.bias)];
  const width = bias.raw.length;
  const [productFrac, sumFrac] = [fracBits(x.type) + fracBits(weights.type), fracBits(accumulator)];
  const start = bias.raw.map((raw) => castRaw(raw, fracBits(bias.type), accumulator));
  return () => {
    taps.forEach((list, run) => {
      for (let j = 0; j < width; j++) {
        let sum = start[j];
        for (let i = 0; i < list.length; i++) {
          const value = list[i] < 0 ? 0n : x.read(list[i]);
          if (value === 0n) continue;
          const product = castRaw(value * weights.raw[i * width + j], productFrac, accumulator);
          sum = castRaw(sum + product, sumFrac, accumulator);
        }
        out.write(run * width + j, castRaw(sum, sumFrac, out.type));
      }
    });
  };
}

const dense: MakeWideKernel<'dense'> = (layer, buffers) =>
  sums(layer, buffers, [Int32Array.from({ length: buffers.inputs[0].size }, (_, at) => at)]);

const conv2d: MakeWideKernel<'conv2d'> = (layer, buffers) => {
  const [height, width, channels] = imageShape(buffers.inputs[0].shape);
  const [rows, columns] = imageShape(buffers.outputs[0].shape);
  const { window, stride, padding } = layer;
  const taps: Int32Array[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const list: number[] = [];
      for (let row = 0; row < window[0]; row++) {
        for (let column = 0; column < window[1]; column++) {
          const [r, c] = [y * stride[0] - padding.top + row, x * stride[1] - padding.left + column];
          const inside = r >= 0 && r < height && c >= 0 && c < width;
          for (let channel = 0; channel < channels; channel++)
            list.push(inside ? (r * width + c) * channels + channel : -1);
        }
      }
      taps.push(Int32Array.from(list));
    }
  }
  return sums(layer, buffers, taps);
};

const relu = (_layer: unknown, buffers: WideBuffers): (() => void) =>
  elementWise(buffers, fracBits(buffers.inputs[0].type), (raw) => (raw > 0n ? raw : 0n));

const thresholdedRelu: MakeWideKernel<'thresholded-relu'> = ({ threshold }, buffers) => {
  const [own, theirs] = [fracBits(buffers.inputs[0].type), fracBits(threshold.type)];
  const limit = threshold.raw * power(Math.max(own - theirs, 0));
  const scale = power(Math.max(theirs - own, 0));
  return elementWise(buffers, own, (raw) => (raw * scale > limit ? raw : 0n));
};

/** On the grid of slope x and shift, or of whole numbers if that is finer. */
const hardSigmoid: MakeWideKernel<'hard-sigmoid'> = ({ slope, shift, symmetric }, buffers) => {
  const productFrac = fracBits(slope.type) + fracBits(buffers.inputs[0].type);
  const frac = Math.max(productFrac, fracBits(shift.type), 0);
  const factor = slope.raw * power(frac - productFrac);
  const summand = shift.raw * power(frac - fracBits(shift.type));
  const unit = power(frac);
  return elementWise(buffers, frac, (raw) => {
    const line = raw * factor + summand;
    const clipped = line > unit ? unit : line < 0n ? 0n : line;
    return symmetric ? 2n * clipped - unit : clipped;
  });
};

const parametricRelu: MakeWideKernel<'parametric-relu'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const slopes = constant(layer.slopes);
  const [frac, scaled] = [fracBits(x.type), fracBits(x.type) + fracBits(slopes.type)];
  return () => {
    for (let at = 0; at < out.size; at++) {
      const value = x.read(at);
      const slope = slopes.raw[at % slopes.raw.length];
      out.write(at, value > 0n ? castRaw(value, frac, out.type) : castRaw(value * slope, scaled, out.type));
    }
  };
};

/** The table's entries are multiplied and assigned once, when the kernel is made. */
const elu: MakeWideKernel<'elu'> = (layer, { inputs, outputs, constant }) => {
  const { positive, negative } = layer;
  const [x, out] = [inputs[0], outputs[0]];
  const table = constant(layer.table);
  const entryFrac = fracBits(table.type) + fracBits(negative.type);
  const entries = table.raw.map((entry) => castRaw(entry * negative.raw, entryFrac, out.type));
  const frac = fracBits(x.type) + fracBits(positive.type);
  const count = BigInt(entries.length) * power(Math.max(-fracBits(x.type), 0));
  const perEight = 8n * power(Math.max(fracBits(x.type), 0));
  return () => {
    for (let at = 0; at < out.size; at++) {
      const value = x.read(at);
      if (value >= 0n) out.write(at, castRaw(value * positive.raw, frac, out.type));
      else out.write(at, entries[Math.min(Number((-value * count) / perEight), entries.length - 1)]);
    }
  };
};

const move = (_layer: unknown, buffers: WideBuffers): (() => void) =>
  elementWise(buffers, fracBits(buffers.inputs[0].type), (raw) => raw);

const scaleShift: MakeWideKernel<'scale-shift'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const [scale, shift] = [constant(layer.scale), constant(layer.shift)];
  const productFrac = fracBits(x.type) + fracBits(scale.type);
  const frac = Math.max(productFrac, fracBits(shift.type));
  const factors = scale.raw.map((raw) => raw * power(frac - productFrac));
  const summands = shift.raw.map((raw) => raw * power(frac - fracBits(shift.type)));
  return () => {
    for (let at = 0; at < out.size; at++) {
      const value = x.read(at) * factors[at % factors.length] + summands[at % summands.length];
      out.write(at, castRaw(value, frac, out.type));
    }
  };
};

/** Slots of the same cell are summed into the first of them. */
const sparseAveragePool2d: MakeWideKernel<'sparse-average-pool2d'> = (layer, { inputs, outputs }) => {
  const [features, places] = inputs;
  const [out, pooled] = outputs;
  const [slots, channels] = features.shape as [number, number];
  const { accumulator, reciprocal, pool } = layer;
  const [rows, columns] = layer.cells ?? [Infinity, Infinity];
  const keepsLater = layer.dialect !== 'sparsepixels-0.3.2';
  const sumFrac = Math.max(fracBits(accumulator), fracBits(features.type));
  const [scale, finer] = [power(sumFrac - fracBits(accumulator)), power(sumFrac - fracBits(features.type))];
  const squared = reciprocal.raw * reciprocal.raw;
  const frac = fracBits(accumulator) + 2 * fracBits(reciprocal.type);
  const cellOf = (at: number) => {
    const place = Number(places.read(at));
    return place === 0 ? 0 : Math.trunc((place - 1) / pool) + 1;
  };
  return () => {
    const first = new Map<string, number>();
    const total = Array<bigint>(slots * channels).fill(0n);
    for (let slot = 0; slot < slots; slot++) {
      const [row, column] = [cellOf(2 * slot), cellOf(2 * slot + 1)];
      const absent = row === 0 || row > rows || column > columns;
      const cell = `${row},${column}`;
      const head = absent ? undefined : (first.get(cell) ?? slot);
      if (head === slot) first.set(cell, slot);
      const keeps = head === slot || (keepsLater && !absent);
      pooled.write(2 * slot, keeps ? BigInt(row) : 0n);
      pooled.write(2 * slot + 1, keeps ? BigInt(column) : 0n);
      if (head === undefined) continue;
      for (let channel = 0; channel < channels; channel++) {
        const at = head * channels + channel;
        const sum = total[at] * scale + features.read(slot * channels + channel) * finer;
        total[at] = castRaw(sum, sumFrac, accumulator);
      }
    }
    total.forEach((sum, at) => out.write(at, castRaw(sum * squared, frac, out.type)));
  };
};

export const wideKernels: Wide = {
  dense,
  conv2d,
  relu,
  'sparse-relu': relu,
  'thresholded-relu': thresholdedRelu,
  'hard-sigmoid': hardSigmoid,
  'parametric-relu': parametricRelu,
  elu,
  flatten: move,
  reshape: move,
  'scale-shift': scaleShift,
  'sparse-average-pool2d': sparseAveragePool2d,
};
