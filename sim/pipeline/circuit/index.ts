/** The body of our hardware: circuits of exact array operations, their schedule and their registers. */
export { CircuitBuilder, isWhole, rounder } from './builder.ts';
export { type Circuit, isSigned, type Node, type Range, type StageBody, widthOf } from './circuit.ts';
export * as compose from './compose.ts';
export { type DelayTable, delayOf, FLAT_BEATS, ULTRASCALE_PLUS, usesMultiplierBlock } from './delays.ts';
export { copyAt, fewestLoads, type Holds, holdsOf, type Reading, readingOf } from './holds.ts';
export { identifier, vectorName } from './names.ts';
export { isGathered, type Operation, type OperationKind, reducedOperands } from './operation.ts';
export { printCircuit } from './print.ts';
export {
  isBlockTable,
  readsHeld,
  readyStep,
  resultQueueDepth,
  schedule,
  type Schedule,
  ScheduleError,
  type ScheduleFault,
  usersOf,
} from './schedule.ts';
export { verifySchedule } from './verify.ts';
export {
  broadcast,
  elementIndices,
  expand,
  pick,
  reshape,
  rowMajor,
  sizeOf,
  slice,
  transpose,
  type View,
  viewOf,
} from './view.ts';
