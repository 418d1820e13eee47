/** What a verification tells as it goes: the same events drive the progress line, the JSON Lines log and every report. */
import type { Divergence } from '../diff/index.ts';
import type { EventClock, FailureReport } from '../oracles/index.ts';

export type Verdict = 'equal' | 'different' | 'failed';

/** How a divergence was brought down to its layer. */
export type FoundBy = 'trace' | 'bisection' | 'outputs' | 'signals' | 'cycles';

export interface LocatedDivergence extends Divergence {
  readonly foundBy: FoundBy;
  /** Clock cycle at which the element's tensor was complete, for oracles that have a clock. */
  readonly cycle?: number;
  /** For hardware: when the event should have come and left, and when it did, where that differs. */
  readonly clock?: { readonly expected: EventClock; readonly got: EventClock };
}

/** One row of the table over layers. */
export interface LayerRow {
  readonly layer: string;
  readonly tensor: string;
  readonly values: number;
  readonly mismatchedValues: number;
  /** Largest difference in units of the tensor type's last place. */
  readonly largestUlp: bigint;
  readonly firstEvent: string | undefined;
}

export interface Totals {
  readonly events: number;
  /** Events that were compared: fewer than `events` if the oracle failed on the way. */
  readonly comparedEvents: number;
  readonly mismatchedEvents: number;
  readonly values: number;
  readonly mismatchedValues: number;
}

export type VerifyEvent =
  | {
      readonly kind: 'started';
      readonly model: string;
      readonly events: number;
      readonly baseline: string;
      readonly oracles: readonly string[];
    }
  | { readonly kind: 'prepared'; readonly oracle: string; readonly version: string }
  | {
      readonly kind: 'compared';
      readonly oracle: string;
      readonly event: string;
      readonly mismatchedValues: number;
    }
  | { readonly kind: 'diverged'; readonly oracle: string; readonly divergence: LocatedDivergence }
  | { readonly kind: 'layers'; readonly oracle: string; readonly rows: readonly LayerRow[] }
  | { readonly kind: 'failed'; readonly oracle: string; readonly failure: FailureReport }
  | { readonly kind: 'finished'; readonly oracle: string; readonly verdict: Verdict; readonly totals: Totals }
  | { readonly kind: 'ended'; readonly verdict: Verdict };
