/**
 * The Pipeline: a design as hardware. Stages joined by channels.
 *
 * What stands here is timing: who hands what to whom, when each stage takes and gives its beats, and how many beats a
 * channel holds. What a stage computes is not described.
 */
import type { Schedule } from './schedule.ts';

export interface Pipeline {
  readonly name: string;
  /** In an order in which every channel's writer stands before its reader. */
  readonly stages: readonly Stage[];
  readonly channels: readonly Channel[];
  /** Cycles between the acceptance of two events that the slowest stage does not account for (control of the region). */
  readonly controlCycles: number;
}

/**
 * - `fifo`: beats leave in the order they came, one by one
 * - `ping-pong`: two buffers; a whole buffer changes hands
 * - `register`: one beat, held until the next one overwrites it
 * - `wire`: the reader sees the beat in the cycle in which it is written
 */
export type ChannelKind = 'fifo' | 'ping-pong' | 'register' | 'wire';

/** One writer, one reader. What several stages read is forwarded: each reader passes a copy on in a channel of its own. */
export interface Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly beat: Beat;
  /** Beats it holds. */
  readonly depth: number;
  /** Beats that one event sends through it. */
  readonly beatsPerEvent: number;
  /** Cycles from the end of the writer to the start of the reader where whole events are handed over. */
  readonly handoffCycles: number;
  /** Name of the writing stage; null for an input of the Pipeline. */
  readonly from: string | null;
  /** Name of the reading stage; null for an output of the Pipeline. */
  readonly to: string | null;
}

/** What one beat carries: so many elements side by side, each of so many bits. */
export interface Beat {
  readonly elements: number;
  readonly bits: number;
}

export interface Stage {
  readonly name: string;
  /** The Model's layer that it implements; null for one that the tool adds. */
  readonly layer: string | null;
  readonly schedule: Schedule;
  /** Where the schedule comes from, in words: "16 trips x II 4 + 2". */
  readonly derivation: string;
  /** Whether a rule was applied outside what it was read from; says which. */
  readonly extrapolated: readonly string[];
}
