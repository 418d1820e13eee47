/** The selection tree over all pixels, the registers of the image, the kept slots. */
import type { LayerOf } from '../../model/index.ts';
import { selectionTreeOf } from '../../lower/hls/index.ts';
import { type Counting, type LayerCounts, NO_BLOCKS } from './counts.ts';
import { between } from './interpolate.ts';

/** Widths at which the cost of a selection was read; between them it is interpolated. */
const SELECTION_WIDTHS = [8, 10, 16] as const;

export function countSparseInputReduce(
  layer: LayerOf<'sparse-input-reduce'>,
  { model, budgetNs, isRead, channelBits }: Counting,
): LayerCounts {
  const image = model.tensors[layer.inputs[0]];
  const { width: bits, signed } = image.type;
  const [height, width, channels] = image.shape as [number, number, number];
  const slots = model.tensors[layer.outputs[0]].shape[0];
  const tree = selectionTreeOf(image, slots, budgetNs);
  const pixels = height * width;
  // Read off: 36 + 4 W for signed values, 8 less for an unsigned comparison with 0.
  const selectorLut = (signed ? 36 : layer.threshold === 0n ? 30 : 38) + 4 * bits;
  const coordinateBits = isRead(layer.outputs[1]) ? 2 * slots * channelBits(layer.outputs[1]) : 0;
  const selections: Record<string, number> = {};
  between(SELECTION_WIDTHS, bits).forEach(([knot, weight]) => {
    selections[`reduce.selectorOf${knot}Bits`] = tree.selectors * weight;
  });
  const registers = {
    'reduce.registerBit': bits * (pixels * channels + tree.registered.results + slots),
    'reduce.indexBit': tree.registered.indexBits,
    'reduce.coordinateBit': coordinateBits,
  };
  return {
    priced: {
      'csynth.lut': {
        known: tree.selectors * selectorLut,
        'reduce.pixel': pixels * channels,
        'reduce.sharedSelection': tree.shared,
        'reduce.slot': slots * channels,
      },
      'csynth.ff': registers,
      'vivado.lut': {
        ...selections,
        'reduce.sharedSelectionBit': tree.shared * bits,
        'reduce.slotBit': slots * channels * bits + coordinateBits,
      },
      'vivado.ff': registers,
    },
    csynth: NO_BLOCKS,
    vivado: NO_BLOCKS,
    extrapolated: [
      ...(channels > 1 ? ['more than one input channel'] : []),
      ...(bits < 8 || bits > 16 ? [`pixels of ${bits} bits`] : []),
      ...(pixels < 100 || pixels > 3969 ? [`${pixels} pixels`] : []),
    ],
  };
}
