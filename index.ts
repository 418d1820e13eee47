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
