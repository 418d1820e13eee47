/** Oracles held against each other. */
export { cutModel } from './cut-model.ts';
export { randomEvents } from './random-events.ts';
export { type Verification, verifyAgainst } from './verify-against.ts';
export type { FoundBy, LayerRow, LocatedDivergence, Totals, Verdict, VerifyEvent } from './verify-events.ts';
