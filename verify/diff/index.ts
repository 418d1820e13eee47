/** Where two results first differ. */
export { compareEvent, type Divergence, type EventComparison } from './compare-event.ts';
export { describeDivergence } from './describe-divergence.ts';
export { type Operand, operandsOf } from './operands.ts';
