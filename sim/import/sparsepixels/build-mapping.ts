/** How a design says it is built: part, clock, strategy, reuse factors, stream depths. */
import { type LayerChoices, type Mapping, MAPPING_SCHEMA } from '../../model/index.ts';
import type { Design } from './design-schema.ts';

export function buildMapping(design: Design): Mapping {
  const sparse = design.layers.some(({ op }) => op === 'sparse_input_reduce');
  const layers: Record<string, LayerChoices> = {};
  const fifoDepths: Record<string, number> = {};
  for (const layer of design.layers) {
    if (layer.op === 'dense' || layer.op === 'conv_2d_cl') {
      layers[layer.name] = { strategy: layer.config.strategy, reuseFactor: layer.config.reuse_factor };
    }
    if ('output' in layer && layer.out_stream_depth !== undefined)
      fifoDepths[layer.output] = layer.out_stream_depth;
  }
  return {
    schema: MAPPING_SCHEMA,
    name: design.design,
    profile: sparse ? 'sparsepixels-0.2.1' : 'hls4ml-1.3.0',
    part: design.part,
    clockNs: design.csynth_clock.target_ns,
    clockUncertaintyNs: design.csynth_clock.uncertainty_ns,
    io: design.io_type === 'io_stream' ? 'stream' : 'parallel',
    default: { strategy: 'latency', reuseFactor: 1 },
    layers,
    fifoDepths,
  };
}
