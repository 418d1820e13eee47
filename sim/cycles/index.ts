/** Cycle-accurate simulation of our hardware. */
export { type CircuitValues, prepareCircuit, readView } from './evaluate-circuit.ts';
export {
  type EventCycles,
  type HandshakeNoise,
  NO_NOISE,
  type RegionTiming,
  simulateHandshake,
} from './handshake.ts';
export { multiplierBlocks, type RegionEvent, regionTiming, simulateRegion } from './region.ts';
export { type NetworkRun, simulateNetwork, simulateTiming } from './network.ts';
export { type NetworkValues, prepareNetwork } from './network-values.ts';
export { type NetworkTiming, networkTiming } from './network-timing.ts';
