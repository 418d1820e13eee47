/** Pipewright as a library. */
export * from 'fixed-point-ts';
export * from './sim/model/index.ts';
export { importModel, type Imported } from './sim/import/index.ts';
export { readEvents, readRecordedEvents, type Event } from './sim/import/vectors/index.ts';
export {
  compile,
  type CompiledModel,
  type Evaluator,
  evaluators,
  type Values,
} from './sim/evaluate/index.ts';
export { compareEvent, describeDivergence, type Divergence } from './verify/diff/index.ts';
export {
  defaultMapping,
  estimate,
  type Estimate,
  type LayerEstimate,
  type Resources,
} from './sim/estimate/index.ts';
export {
  type HardwareChoices,
  type HardwareMapping,
  type ImageInput,
  lowerNetwork,
  type NetworkChoices,
  networkChoices,
  readHardwareMapping,
} from './sim/lower/rtl/index.ts';
export { lowerHls, profileNamed } from './sim/lower/hls/index.ts';
export {
  breakDeadlock,
  type CycleRecord,
  type Deadlock,
  eventLogOf,
  type FifoSizes,
  type HandshakeNoise,
  networkNets,
  type NetworkRun,
  networkTiming,
  type PipelineTraffic,
  recordOfEventLog,
  resizableNetwork,
  resizablePipeline,
  type RunStatistics,
  saifOf,
  type Signal,
  signalsOf,
  simulateNetwork,
  simulatePipeline,
  simulateTiming,
  sizeFifos,
  statisticsOf,
  vcdOf,
} from './sim/cycles/index.ts';
export type { Network } from './sim/pipeline/network/index.ts';
export type { Pipeline } from './sim/pipeline/index.ts';
export { emitNetwork, type NetworkDesign, verilogProject } from './rtl-templates/verilog/index.ts';
export * as expressions from './symbolic/expression/index.ts';
export {
  search,
  searchRounds,
  type FrontEntry,
  type Loss,
  type ObjectiveTerm,
  type SearchControls,
  type SearchData,
  type SearchOptions,
  type SearchProgress,
  type SearchResult,
  type SearchState,
  type Template,
} from './symbolic/search/index.ts';
export {
  fitRun,
  type FitControls,
  type FitEvent,
  type FitOptions,
  type FitResult,
} from './symbolic/fit/fit-run.ts';
export { readBinnedData } from './symbolic/fit/read-data.ts';
export type { BinnedData } from './symbolic/fit/binned-data.ts';
export type { Candidate } from './symbolic/fit/candidate.ts';
export { fitReport } from './symbolic/fit/fit-report.ts';
export { scoreUnseen, unseenBins, type MaskedScore } from './symbolic/fit/masked.ts';
export { defaultSearch } from './symbolic/fit/default-search.ts';
export type { FitReport } from './schemas/fit-report.ts';
