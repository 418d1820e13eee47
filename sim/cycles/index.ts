/** Cycle-accurate simulation: our hardware, and what HLS makes; what is read off a run, and how it is written down. */
export { breakDeadlock, type DepthChange } from './break-deadlock.ts';
export { type CircuitValues, prepareCircuit, readView } from './evaluate-circuit.ts';
export { eventLogOf, recordOfEventLog } from './event-log.ts';
export {
  type EventCycles,
  type HandshakeNoise,
  NO_NOISE,
  type RegionTiming,
  simulateHandshake,
} from './handshake.ts';
export { type NetworkRun, simulateNetwork, simulateTiming } from './network.ts';
export { type NetworkTiming, networkTiming } from './network-timing.ts';
export { type NetworkValues, prepareNetwork } from './network-values.ts';
export { type Depths, type PipelineTraffic, simulatePipeline } from './pipeline.ts';
export type { ChannelRecord, CycleRecord, Deadlock, EventRecord, StageRecord, Wait } from './record.ts';
export { multiplierBlocks, type RegionEvent, regionTiming, simulateRegion } from './region.ts';
export { networkNets } from './network-nets.ts';
export { rawOf, regionSignals, withRegionStages } from './region-stages.ts';
export { type Fifo, type Resizable, resizablePipeline } from './resizable.ts';
export { resizableNetwork } from './resizable-network.ts';
export { saifOf } from './saif.ts';
export { type FifoSize, type FifoSizes, type OneLess, sizeFifos, type Timing } from './size-fifos.ts';
export { occupancySteps, type RunStatistics, type Spread, statisticsOf } from './statistics.ts';
export { vcdOf } from './vcd.ts';
export { type ChannelValues, type ElementFormat, type Signal, signalsOf } from './waveform.ts';
