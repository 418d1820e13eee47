/** Latency, interval, clock and resources before synthesis. */
export { defaultMapping } from './default-mapping.ts';
export {
  type Basis,
  estimate,
  type Estimate,
  type EstimateOptions,
  type Figures,
  type LayerEstimate,
  type Resources,
  type SynthesisedResources,
} from './estimate.ts';
export type { Fit } from './fit.ts';
export { capacityOf, PART_NAMES, type PartCapacity } from './parts.ts';
export { PROFILES } from '../lower/hls/index.ts';
