/** Streaming layers over images: zero padding, line buffers with their window, the sum of a pool. */
import type { LayerOf } from '../../model/index.ts';
import { imageShape } from '../../model/layer-kind.ts';
import { type Counting, type LayerCounts, NO_BLOCKS, type PricedCounts } from './counts.ts';
import { countProducts, sharingNotes } from './dense.ts';

export function countZeroPad2d(layer: LayerOf<'zero-pad2d'>, counting: Counting): LayerCounts {
  const channels = imageShape(counting.model.tensors[layer.inputs[0]].shape)[2];
  const counts = { 'streamPad.process': 1, 'streamPad.channel': channels };
  return {
    priced: { 'csynth.lut': counts, 'csynth.ff': counts, 'vivado.lut': counts, 'vivado.ff': counts },
    csynth: NO_BLOCKS,
    vivado: NO_BLOCKS,
    extrapolated: wholeNotes(counting),
  };
}

/** Reports of these layers are of streams. */
function wholeNotes({ profile }: Counting): string[] {
  return profile.io === 'stream' ? [] : ['resources of an image layer, io_parallel'];
}

/** Line buffer: one shift register a row but the last; window: one register a tap. */
function countWindow(
  { inputs, window }: LayerOf<'conv2d' | 'average-pool2d' | 'max-pool2d'>,
  { model }: Counting,
): PricedCounts {
  const { shape, type } = model.tensors[inputs[0]];
  const [rows, columns] = window;
  const [, imageColumns, channels] = imageShape(shape);
  return {
    'streamWindow.lineBit': (rows - 1) * channels * type.width * Math.ceil(imageColumns / 32),
    'streamWindow.tapBit': rows * columns * channels * type.width,
    'streamWindow.process': 1,
  };
}

export function countConv2d(layer: LayerOf<'conv2d'>, counting: Counting): LayerCounts {
  const products = countProducts(layer, counting);
  const window = countWindow(layer, counting);
  return {
    ...products,
    priced: {
      'csynth.lut': { ...products.priced['csynth.lut'], ...window },
      'csynth.ff': { ...products.priced['csynth.ff'], ...window },
      'vivado.lut': { ...products.priced['vivado.lut'], ...window },
      'vivado.ff': { ...products.priced['vivado.ff'], ...window },
    },
    extrapolated: [
      ...(counting.model.constants[layer.weights].raw === null ? ['unknown weights'] : []),
      ...sharingNotes(layer, counting),
      ...wholeNotes(counting),
    ],
  };
}

export function countPool2d(
  layer: LayerOf<'average-pool2d' | 'max-pool2d'>,
  counting: Counting,
): LayerCounts {
  const size = layer.window[0] * layer.window[1];
  const channels = imageShape(counting.model.tensors[layer.inputs[0]].shape)[2];
  const divided = layer.kind === 'average-pool2d' && !Number.isInteger(Math.log2(size));
  const output = imageShape(counting.model.tensors[layer.outputs[0]].shape);
  // Whole tensors have the hardware of every window at once.
  const windows = counting.profile.io === 'stream' ? 1 : output[0] * output[1];
  const counts =
    counting.profile.io === 'stream'
      ? { ...countWindow(layer, counting), 'streamPool.channel': channels }
      : { known: windows * channels * (size - 1) * counting.model.tensors[layer.inputs[0]].type.width };
  const dsp = divided ? windows * channels : 0;
  return {
    priced: { 'csynth.lut': counts, 'csynth.ff': counts, 'vivado.lut': counts, 'vivado.ff': counts },
    csynth: { ...NO_BLOCKS, dsp },
    vivado: { ...NO_BLOCKS, dsp },
    extrapolated: [...(layer.kind === 'max-pool2d' ? ['maximum pooling'] : []), ...wholeNotes(counting)],
  };
}
