/** A scheduled circuit as a machine that takes events: values and cycles together. */
import { resultQueueDepth, type Schedule, usesMultiplierBlock, sizeOf } from '../pipeline/circuit/index.ts';
import { prepareCircuit, readView } from './evaluate-circuit.ts';
import {
  type EventCycles,
  type HandshakeNoise,
  NO_NOISE,
  type RegionTiming,
  simulateHandshake,
} from './handshake.ts';

export interface RegionEvent extends EventCycles {
  /** Raw integers of the outputs, one after the other. */
  readonly output: readonly number[];
}

export function regionTiming(schedule: Schedule): RegionTiming {
  return {
    intervalCycles: schedule.circuit.interval,
    latencyCycles: schedule.latencyCycles,
    queueDepth: resultQueueDepth(schedule),
  };
}

/** Runs events through the region. @param inputs  for each event the raw integers of the one input, row-major */
export function simulateRegion(
  schedule: Schedule,
  inputs: readonly ArrayLike<number>[],
  noise: HandshakeNoise = NO_NOISE,
): RegionEvent[] {
  const run = prepareCircuit(schedule.circuit);
  const cycles = simulateHandshake(regionTiming(schedule), inputs.length, noise);
  return inputs.map((input, index) => {
    const values = run([input]);
    return { ...cycles[index], output: schedule.circuit.outputs.flatMap((view) => readView(view, values)) };
  });
}

/** Multiplier blocks of the region. */
export function multiplierBlocks({ circuit, table }: Schedule): number {
  return circuit.nodes.reduce(
    (sum, node) => sum + (usesMultiplierBlock(node, table) ? sizeOf(node.shape) : 0),
    0,
  );
}
