/**
 * The clock period that csynth would estimate. It fills the usable period except where it cannot split a chain of logic.
 */
import type { Mapping, Model } from '../model/index.ts';
import { imageShape } from '../model/layer-kind.ts';
import { flattenTripCycles, type Profile, recodedDigits, selectionNs } from '../lower/hls/index.ts';

/** What the region adds to the return values of the flattening loop, ns. */
const RETURN_NS = 0.387;
/** The flattening loop's place = product and sum, in one cycle when there are several channels, ns. */
const PLACE_NS = 3.147;
/** One more digit of the factor width x channels: one more addition, ns. */
const DIGIT_NS = 0.737;
/** The multiplexer over the slots of a trip, ns: none where two trips suffice. */
const SLOTS_NS = 0.28;
/** A line buffer of more than 32 columns and a FIFO in front of it in one cycle, Vivado HLS 2020.1, ns. */
const LONG_LINE_NS = 5.124;
const LONG_LINE = 32;
/** Share of the usable period that sparse convolutions fill: 3.48 to 3.67 of 3.65 ns. */
const CONVOLUTION_SHARE = 0.985;
/** Kernel rows from which the line buffer has a cycle of its own. */
const SLOW_SHIFT_ROWS = 9;

export function estimatedClockNs(
  model: Model,
  { clockNs, clockUncertaintyNs }: Mapping,
  { io }: Profile,
): number {
  const budget = clockNs - clockUncertaintyNs;
  const chains = model.layers.map((layer): number => {
    if (layer.kind === 'sparse-input-reduce') {
      const levelNs = selectionNs(model.tensors[layer.inputs[0]].type.width);
      return Math.max(1, Math.floor(budget / levelNs)) * levelNs;
    }
    if (layer.kind === 'sparse-relu' || layer.kind === 'sparse-conv2d') return CONVOLUTION_SHARE * budget;
    if (layer.kind === 'sparse-flatten' && io === 'parallel') {
      const [slots, channels] = model.tensors[layer.inputs[0]].shape as [number, number];
      if (flattenTripCycles({ model }, layer) > 2) return 0;
      const digits = recodedDigits(layer.width * channels);
      return PLACE_NS + DIGIT_NS * (digits - 2) + (slots > 8 ? SLOTS_NS : 0) + RETURN_NS;
    }
    if (layer.kind === 'conv2d') {
      const columns = imageShape(model.tensors[layer.inputs[0]].shape)[1];
      return columns > LONG_LINE && layer.window[0] < SLOW_SHIFT_ROWS ? LONG_LINE_NS : budget;
    }
    return budget;
  });
  return Number(Math.max(...chains).toFixed(3));
}
