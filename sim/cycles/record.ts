/**
 * What a simulation leaves behind, whatever was simulated: when every beat moved, when every stage worked, why it waited.
 *
 * Statistics, deadlock reports, FIFO sizing, the event log and the waveforms are all read off this record. Cycles count
 * from 0, the first cycle after reset. A beat written in cycle t can be read from t + 1 on (in t through a wire, or where a
 * channel hands whole events over in no cycle). The beat of an input is written in the cycle in which it is offered, that of
 * an output read in the cycle in which it is written.
 */
import type { ChannelKind } from '../pipeline/index.ts';

export interface CycleRecord {
  readonly name: string;
  readonly channels: readonly ChannelRecord[];
  readonly stages: readonly StageRecord[];
  /** Those that left, in order. */
  readonly events: readonly EventRecord[];
  /** Cycles simulated; the run ended, or stood still from then on. */
  readonly cycles: number;
  /** Why the run could not go on; null if every event left. */
  readonly deadlock: Deadlock | null;
}

export interface ChannelRecord {
  readonly name: string;
  readonly kind: ChannelKind;
  /** Beats it holds; 0 for a wire that holds none. */
  readonly depth: number;
  readonly beatsPerEvent: number;
  /** Name of the writing stage; null for an input of the design. */
  readonly from: string | null;
  /** Name of the reading stage; null for an output of the design. */
  readonly to: string | null;
  /** Cycle in which each beat was written, and read, in order, all events one after the other. */
  readonly written: Float64Array;
  readonly read: Float64Array;
}

export interface StageRecord {
  readonly name: string;
  /** The Model's layer that it implements; null for one that the tool adds. */
  readonly layer: string | null;
  /**
   * Spans in which it was at work on an event, first to last cycle, one per event in order; the last one is the first less one
   * where it takes no cycle.
   */
  readonly spans: readonly { readonly first: number; readonly last: number }[];
  /** Spans in which it could have gone on but for a channel. */
  readonly waits: readonly Wait[];
}

export interface Wait {
  readonly first: number;
  readonly last: number;
  readonly channel: string;
  /** `beat`: the channel was empty (starved); `room`: it was full (blocked). */
  readonly for: 'beat' | 'room';
}

export interface EventRecord {
  /** Tag that its beats carry. */
  readonly index: number;
  /** Cycle in which its first beat was taken in, and in which its first and last output beat left. */
  readonly accepted: number;
  readonly firstOut: number;
  readonly lastOut: number;
}

export interface Deadlock {
  /** Cycle after which nothing moves. */
  readonly cycle: number;
  /** Stages each of which waits for the next one, and the last for the first; with the channel and what it lacks. */
  readonly waitFor: readonly {
    readonly stage: string;
    readonly channel: string;
    readonly for: 'beat' | 'room';
  }[];
  /** Beats in every channel. */
  readonly occupancy: Readonly<Record<string, number>>;
}
