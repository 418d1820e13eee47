/** How a Model is taken to be built where nothing says so: as the published designs are. */
import { type Mapping, MAPPING_SCHEMA, type Model } from '../model/index.ts';

export function defaultMapping(model: Model): Mapping {
  const sparse = model.layers.some(({ kind }) => kind.startsWith('sparse-'));
  return {
    schema: MAPPING_SCHEMA,
    profile: sparse ? 'sparsepixels-0.2.1' : 'hls4ml-1.3.0',
    part: 'xcu250-figd2104-2L-e',
    clockNs: 5,
    clockUncertaintyNs: sparse ? 1.35 : 0.62,
    io: sparse ? 'parallel' : 'stream',
    default: { strategy: 'latency', reuseFactor: 1 },
    layers: {},
    fifoDepths: {},
  };
}
