/** Counts of a whole design: its layers, and what joins them. */
import type { Mapping, Model } from '../../model/index.ts';
import { type Profile, tensorRanges } from '../../lower/hls/index.ts';
import type { Pipeline } from '../../pipeline/index.ts';
import { countLayer } from './count-layer.ts';
import type { Counting, LayerCounts } from './counts.ts';
import { countParallelRegion, countStreamRegion } from './region.ts';

export interface DesignCounts {
  readonly layers: ReadonlyMap<string, LayerCounts>;
  /** FIFOs and handshakes between the processes. */
  readonly region: LayerCounts;
}

export function countDesign(
  model: Model,
  mapping: Mapping,
  profile: Profile,
  pipeline: Pipeline,
): DesignCounts {
  const channel = new Map(pipeline.channels.map((each) => [each.name, each]));
  const counting: Counting = {
    model,
    mapping,
    profile,
    ranges: tensorRanges(model),
    budgetNs: mapping.clockNs - mapping.clockUncertaintyNs,
    channelBits: (tensor) => channel.get(tensor)?.beat.bits ?? model.tensors[tensor].type.width,
    isRead: (tensor) => {
      const to = channel.get(tensor)?.to;
      return (
        typeof to === 'string' && pipeline.stages.some(({ name, layer }) => name === to && layer !== null)
      );
    },
  };
  return {
    layers: new Map(model.layers.map((layer) => [layer.name, countLayer(layer, counting)])),
    region: profile.io === 'stream' ? countStreamRegion(pipeline) : countParallelRegion(pipeline, counting),
  };
}
