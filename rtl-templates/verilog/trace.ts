/**
 * What a traced top shows besides its ports: every value that one layer hands to another, in the step in which it can
 * first be read.
 *
 * `trace_token[s]` is high while an event is in step s, so a probe of step s shows in that cycle the value of the
 * event that was accepted s + 1 cycles before; a value of T beats shows beat b at step s + b.
 */
import { isSigned, readyStep, widthOf } from '../../sim/pipeline/circuit/index.ts';
import { type Signal, type Signals, vectorWidth } from './signals.ts';

export interface TraceProbe {
  /** The layer that makes the value. */
  readonly layer: string;
  /** Node of the Circuit. */
  readonly node: number;
  /** Name in the Verilog. */
  readonly signal: string;
  readonly step: number;
  readonly beats: number;
  /** Lowest bit in `trace_data`; elements follow one another in row-major order. */
  readonly low: number;
  readonly elementBits: number;
  readonly signed: boolean;
  readonly shape: readonly number[];
}

/** Probes in the order of the Circuit's nodes: a value comes after all that it is made from. */
export function traceProbes(signals: Signals): readonly TraceProbe[] {
  const { schedule, holds, exports } = signals;
  const { circuit, steps } = schedule;
  const first = new Map<number, Signal>();
  for (const signal of exports.flat()) {
    // Streamed values have no event's token.
    if (signal.node.streamed === true) continue;
    const known = first.get(signal.node.id);
    if (!known || signal.copy < known.copy) first.set(signal.node.id, signal);
  }
  let low = 0;
  return [...first.values()]
    .sort((a, b) => a.node.id - b.node.id)
    .map(({ node, copy, name }) => {
      const probe: TraceProbe = {
        layer: circuit.stages[node.stage].name,
        node: node.id,
        signal: name,
        step: copy < 0 ? readyStep(node, steps[node.id]) : holds[node.id].loads[copy] + 1,
        beats: node.beats,
        low,
        elementBits: widthOf(node.range),
        signed: isSigned(node.range),
        shape: node.shape,
      };
      low += vectorWidth(node);
      return probe;
    });
}

/** Bits of `trace_data`. */
export function traceBits(probes: readonly TraceProbe[]): number {
  return probes.reduce(
    (bits, { elementBits, shape }) => bits + shape.reduce((n, m) => n * m, elementBits),
    0,
  );
}
