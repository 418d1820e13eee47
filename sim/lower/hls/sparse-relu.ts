/** max(x, 0) of all features at once: no register, so no cycle. */
import type { LayerOf } from '../../model/index.ts';
import type { LayerLowering } from './profile.ts';
import { wholeEvent } from './whole-event.ts';

export const lowerSparseRelu: LayerLowering<LayerOf<'sparse-relu'>> = (_layer, site) => ({
  schedule: wholeEvent(site, 0, 1),
  derivation: 'combinational: 0 cycles, a new event every cycle',
});
