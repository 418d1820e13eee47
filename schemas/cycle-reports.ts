/** What `simulate --json` and `fifo --json` print. */
import { z } from 'zod';

export const SIMULATE_SCHEMA = 'pipewright/simulate@1';
export const FIFO_SCHEMA = 'pipewright/fifo@1';

const count = z.number().int().min(0);
const spread = z.strictObject({ min: count, mean: z.number().min(0), max: count });
const lacks = z.enum(['beat', 'room']);

const deadlock = z.strictObject({
  /** Cycle after which nothing moves. */
  cycle: count,
  /** Each stage waits for the next one, the last for the first. */
  waitFor: z.array(z.strictObject({ stage: z.string(), channel: z.string(), for: lacks })),
  /** Beats in every channel. */
  occupancy: z.record(z.string(), count),
});

const timing = {
  /** From acceptance to the first, and to the last output beat; null without events that left. */
  latency: spread.nullable(),
  completeLatency: spread.nullable(),
  /** Between acceptances, and between last output beats; null with fewer than two events. */
  interval: spread.nullable(),
  departure: spread.nullable(),
};

export const simulateReportSchema = z.strictObject({
  schema: z.literal(SIMULATE_SCHEMA),
  model: z.string(),
  /** Schedule profile of an HLS design, or the mapping of our hardware. */
  profile: z.string().nullable(),
  mapping: z.string().nullable(),
  clockNs: z.number().positive(),
  cycles: count,
  ...timing,
  /** From the start of an event's first stage to the end of its last one: what csynth calls latency. */
  startToEnd: spread.nullable(),
  channels: z.array(
    z.strictObject({
      name: z.string(),
      depth: count,
      maxOccupancy: count,
      meanOccupancy: z.number().min(0),
    }),
  ),
  /** Cycles of each stage, which sum up to all. */
  stages: z.array(
    z.strictObject({
      name: z.string(),
      layer: z.string().nullable(),
      busy: count,
      starved: count,
      blocked: count,
      idle: count,
    }),
  ),
  events: z.array(
    z.strictObject({
      id: z.string(),
      accepted: count,
      firstOut: count,
      lastOut: count,
      /** Raw integers of the outputs; only with input. */
      output: z.array(z.number().int()).optional(),
    }),
  ),
  deadlock: deadlock
    .extend({
      /** The smallest change of depths that breaks it. */
      mend: z.array(z.strictObject({ channel: z.string(), from: count, to: count })),
    })
    .nullable(),
});
export type SimulateReport = z.output<typeof simulateReportSchema>;

const fifoTiming = z.strictObject({ ...timing, deadlock: deadlock.nullable() });

export const fifoReportSchema = z.strictObject({
  schema: z.literal(FIFO_SCHEMA),
  model: z.string(),
  profile: z.string().nullable(),
  mapping: z.string().nullable(),
  /** Back-to-back events of each run, and runs made. */
  events: count,
  simulations: count,
  fifos: z.array(
    z.strictObject({
      channel: z.string(),
      beatBits: count,
      /** Depth in beats as the mapping says, or as the tool takes. */
      declared: count,
      /** Most beats held with room without end. */
      observed: count,
      /** Least depth for the same cycles. */
      depth: count,
      /** What a beat less does; null at depth 1. */
      oneLess: z
        .discriminatedUnion('kind', [
          z.strictObject({
            kind: z.literal('later'),
            depth: count,
            event: count,
            lastOut: count,
            insteadOf: count,
            timing: fifoTiming,
          }),
          z.strictObject({ kind: z.literal('deadlock'), depth: count, deadlock }),
        ])
        .nullable(),
    }),
  ),
  /** With room without end, with the declared depths, with the least ones. */
  unlimited: fifoTiming,
  declared: fifoTiming,
  sized: fifoTiming,
  /** Bits that the FIFOs hold, and block RAMs of 18 Kb of the whole design by the estimate (HLS designs). */
  saved: z.strictObject({
    bits: z.strictObject({ declared: count, sized: count }),
    bram18k: z.strictObject({ declared: count, sized: count }).nullable(),
  }),
});
export type FifoReport = z.output<typeof fifoReportSchema>;
