/**
 * A schedule profile: what an HLS compiler makes of one published set of kernels. One lowering a layer kind.
 */
import type { Layer, LayerOf, Mapping, Model } from '../../model/index.ts';
import type { Pipeline, Schedule } from '../../pipeline/index.ts';
import type { Port } from './pipewright/context.ts';
import type { TensorRanges } from './value-range.ts';

export interface Profile {
  readonly name: string;
  /** Which kernels and which compiler, in one line. */
  readonly summary: string;
  readonly io: Mapping['io'];
  readonly kinds: { readonly [K in Layer['kind']]?: LayerLowering<LayerOf<K>> };
  /**
   * Whether a tensor goes from its writer to every reader, as hls4ml has it: a process copies a stream, wires lead a whole
   * tensor. Otherwise it goes from reader to reader, each handing a copy on.
   */
  readonly fansOut?: true;
  /** Kernels that are joined by rules of their own, in place of `kinds`. */
  readonly lower?: (model: Model, mapping: Mapping) => Pipeline;
}

/** Turns one layer into the schedule of its process. */
export type LayerLowering<L> = (layer: L, site: Site) => Lowered;

export interface Lowered {
  readonly schedule: Schedule;
  /** Where the schedule comes from, in words. */
  readonly derivation: string;
  /** What lies outside what the rule was read from; empty if nothing does. */
  readonly extrapolated?: readonly string[];
}

/** Where a layer stands: the Model around it, the clock, and the channels that its process is joined to. */
export interface Site {
  readonly model: Model;
  readonly mapping: Mapping;
  readonly io: Mapping['io'];
  /** Clock period that HLS schedules for: the target less the uncertainty, ns. */
  readonly budgetNs: number;
  readonly ranges: TensorRanges;
  /** Channels that the process reads, in the order of the layer's inputs. */
  readonly reads: readonly string[];
  /** Channels that it writes: the layer's outputs, then copies of inputs for later readers. */
  readonly writes: readonly string[];
  /** Beats in which an event's tensor comes: 1, or a pixel each in a stream. */
  readonly beats: (tensor: string) => number;
  /** Elements of one beat. */
  readonly lanes: (tensor: string) => number;
  /** A channel by its name, and what travels through it. */
  readonly port: (channel: string) => Port;
  /** Bits of the elements of a tensor where it is handed from process to process. */
  readonly channelBits: (tensor: string) => number;
  /** Whether a process reads the tensor (as against the design handing it back). */
  readonly isRead: (tensor: string) => boolean;
}
