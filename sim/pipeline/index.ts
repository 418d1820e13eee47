/** The Pipeline: stages joined by channels, their schedules, and what can be read off them. */
export { addRanges, exactly, latest, type Range, scaleRange } from './range.ts';
export type { Beat, Channel, ChannelKind, Pipeline, Stage } from './pipeline.ts';
export {
  type Access,
  intervalOf,
  latencyOf,
  type PipelinedLoop,
  type Schedule,
  type Selection,
  type SequentialLoop,
  type Step,
  stepCycles,
  type Straight,
  timesOf,
} from './schedule.ts';
export { pathLatency, pipelineInterval, slowestStage, stageEnds } from './read-off.ts';
export {
  readDelay,
  simulateTokens,
  type TokenBlock,
  type TokenRun,
  TokenSimulator,
  type TokenStage,
  type TokenStream,
  type TokenTiming,
  type TokenTraffic,
  type TokenWait,
} from './token-timing.ts';
export { PipelineError, verifyPipeline } from './verify-pipeline.ts';
