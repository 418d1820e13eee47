/**
 * The contract of every oracle: something that computes a Model's tensors by its own means, so that two of them can be
 * held against each other. A folder here holds one oracle (or one family).
 *
 * An oracle never decides whether results are equal; it gives them, or throws an {@link OracleFailure} that says why it
 * cannot. Results given before a failure count.
 */
import type { FixedFormat } from 'fixed-point-ts';
import type { Values } from '../../sim/evaluate/index.ts';
import type { Event } from '../../sim/import/vectors/index.ts';
import type { Mapping, Model } from '../../sim/model/index.ts';
import type { Operand } from '../diff/index.ts';
import type { BuildCache } from './process/build-cache.ts';

/** What is verified: a Model, and how it is built (needed by oracles that write hardware). */
export interface Subject {
  readonly model: Model;
  readonly mapping: Mapping | undefined;
}

/** What oracles share in one run of the harness. */
export interface OracleContext {
  readonly cache: BuildCache;
  /** Ends every process when it fires. */
  readonly signal: AbortSignal;
  /** Longest time of one build, and of one run, ms. */
  readonly buildTimeoutMs: number;
  readonly runTimeoutMs: number;
  /** Where logs of runs are kept. */
  readonly logFolder: string;
}

export type Availability =
  | { readonly kind: 'available'; readonly version: string }
  | { readonly kind: 'missing'; readonly what: string; readonly mend: string };

/** Which tensors a run gives: the Model's outputs, or every tensor that it can show. */
export type Depth = 'outputs' | 'all';

/** Cycles in which hardware accepted an event and gave its result away, from 0, the first after reset. */
export interface EventClock {
  readonly accepted: number;
  readonly taken: number;
}

/** What one event's run gave. */
export interface OracleResult {
  /** Raw integers by tensor name. */
  readonly values: Values;
  /** Clock cycle at which each tensor was first complete, for oracles that have a clock. */
  readonly cycles?: Readonly<Record<string, number>>;
  /** When the event came and left, for oracles that run hardware. */
  readonly clock?: EventClock;
}

/** A value inside hardware that one layer gives to another, in the cycle in which it can first be read. */
export interface TracedSignal {
  /** The layer that makes it. */
  readonly layer: string;
  /** Its name in the hardware; the same in every oracle that runs this hardware. */
  readonly name: string;
  readonly cycle: number;
  readonly shape: readonly number[];
  /** Width and sign of its elements, which are integers. */
  readonly type: FixedFormat;
  readonly values: readonly bigint[];
  /** What an element was made from, where that is known. */
  readonly operands?: (element: number) => readonly Operand[];
}

export interface PreparedOracle {
  /** Whether `run(events, 'all')` gives more than outputs; if not, layers are found by bisection. */
  readonly tracesLayers: boolean;
  /**
   * Runs events in order, one result each, as they come.
   * @throws OracleFailure after the results that came before it
   */
  run(events: readonly Event[], depth: Depth): AsyncIterable<OracleResult>;
  /**
   * For hardware, in which events overlap, so that one alone says little: the values between layers in a run of all
   * these events, a list an event, what is made from others after them. Only the list of event number `wanted` is needed.
   */
  signals?(events: readonly Event[], wanted: number): Promise<readonly (readonly TracedSignal[])[]>;
}

export interface Oracle {
  /** As `--against` names it. */
  readonly name: string;
  /** One line for help. */
  readonly about: string;
  /** Whether another Model can be prepared, so that a layer can be found by cutting the Model short. */
  readonly canBisect: boolean;
  /** For hardware: the oracle whose cycles and signals it must keep. */
  readonly timekeeper?: Oracle;
  availability(): Promise<Availability>;
  /** @throws OracleFailure if the build fails, InputError if the Model cannot be expressed */
  prepare(subject: Subject, context: OracleContext): Promise<PreparedOracle>;
}
