/** A design whose FIFO depths are to be chosen: what they are, and how it runs with others. */
import type { Channel, Pipeline } from '../pipeline/index.ts';
import { type Depths, eventOf, type PipelineTraffic, recordOf, tokenSimulator } from './pipeline.ts';
import type { CycleRecord } from './record.ts';

export interface Resizable {
  readonly name: string;
  /** FIFOs between two stages. */
  readonly fifos: readonly Fifo[];
  /** Simulates with the depths given, and the design's own where none is. */
  readonly run: (depths: Depths) => CycleRecord;
  /** Whether every event leaves in the cycles of the reference, or before. */
  readonly leavesBy: (depths: Depths, reference: CycleRecord) => boolean;
}

export interface Fifo {
  readonly name: string;
  readonly depth: number;
  /** Bits of a beat. */
  readonly beatBits: number;
}

export function resizablePipeline(pipeline: Pipeline, traffic: PipelineTraffic): Resizable {
  const simulator = tokenSimulator(pipeline, traffic);
  return {
    name: pipeline.name,
    fifos: pipeline.channels.filter(joinsStages).map(fifoOf),
    run: (depths) => recordOf(pipeline, simulator.run({ depths }), traffic.events, depths),
    leavesBy: (depths, reference) => {
      const deadlines = new Map(
        reference.channels.filter(({ to }) => to === null).map(({ name, written }) => [name, written]),
      );
      const run = simulator.run({ depths, waits: false, deadlines });
      if (run.late || run.stuck.length > 0) return false;
      return reference.events.every(
        ({ index, lastOut }) => eventOf(pipeline, run, index)!.lastOut <= lastOut,
      );
    },
  };
}

/** Whether a channel's depth is a choice. */
export function joinsStages({ kind, from, to }: Pick<Channel, 'kind' | 'from' | 'to'>): boolean {
  return kind === 'fifo' && from !== null && to !== null;
}

function fifoOf({ name, depth, beat }: Channel): Fifo {
  return { name, depth, beatBits: beat.elements * beat.bits };
}
