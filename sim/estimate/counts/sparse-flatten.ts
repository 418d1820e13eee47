/** A multiplexer and registers for every place of the dense vector, once for each stage of the loop. */
import type { LayerOf } from '../../model/index.ts';
import { bitsOf, FLATTEN_UNROLL, flattenTripCycles } from '../../lower/hls/index.ts';
import { type Counting, type LayerCounts, NO_BLOCKS } from './counts.ts';

export function countSparseFlatten(
  layer: LayerOf<'sparse-flatten'>,
  { model, ranges }: Counting,
): LayerCounts {
  const [slots, channels] = model.tensors[layer.inputs[0]].shape as [number, number];
  const out = model.tensors[layer.outputs[0]];
  const places = out.shape[0];
  const bits = out.type.width;
  const usedBits = bitsOf(ranges.network.get(layer.inputs[0])!);
  const tripCycles = flattenTripCycles({ model }, layer);
  const rest = slots % FLATTEN_UNROLL;
  // What a place's multiplexer chooses from depends on whether the last trip is a full one.
  const sort =
    tripCycles === 3 ? 'pooledPlace' : rest === 0 ? 'place' : rest === 3 ? 'threeLeftPlace' : 'leftPlace';
  // Multiplexers over the slots of a trip: 4 (N - 4) + 17 LUTs for each of 4 C features and 8 coordinates.
  const slotMultiplexers =
    slots > 2 * FLATTEN_UNROLL ? (4 * (slots - FLATTEN_UNROLL) + 17) * (FLATTEN_UNROLL * channels + 8) : 0;
  const registers = (used: number) => ({
    'flatten.placeBit': places * used * (tripCycles + 1),
    'flatten.leftPlaceBit': rest > 0 ? places * used : 0,
    'flatten.threeLeftPlaceBit': rest === 3 ? places * used : 0,
  });
  return {
    priced: {
      'csynth.lut': {
        [`flatten.${sort}`]: places,
        'flatten.slot': slots * channels,
        known: slotMultiplexers,
      },
      'csynth.ff': registers(bits),
      'vivado.lut': {
        [`flatten.${sort}Bit`]: places * usedBits,
        'flatten.anyPlace': places,
        'flatten.slotBit': slots * channels * usedBits,
      },
      'vivado.ff': registers(usedBits),
    },
    csynth: NO_BLOCKS,
    vivado: NO_BLOCKS,
    extrapolated: channels !== 1 && channels !== 3 ? [`flattening ${channels} channels`] : [],
  };
}
