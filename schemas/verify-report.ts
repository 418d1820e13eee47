/**
 * What `verify --against` says as JSON: the report (`--json`) and the events that lead to it (`--log`, one JSON object a line).
 *
 * Raw integers beyond what a double holds exactly are decimal text. What is not known is left out.
 */
import { z } from 'zod';

export const VERIFY_REPORT_SCHEMA = 'pipewright/verify-report@1';
export const VERIFY_EVENT_SCHEMA = 'pipewright/verify-event@1';

const count = z.int().min(0);
const raw = z.union([z.int(), z.string().regex(/^-?\d+$/)]);
const verdict = z.enum(['equal', 'different', 'failed']);
const clock = z.strictObject({ accepted: z.int(), taken: z.int() });
/** A raw integer, and its exact decimal value. */
const side = z.strictObject({ raw, value: z.string() });

const totals = z.strictObject({
  events: count,
  /** Fewer than `events` if the oracle failed on the way or stopped at a difference. */
  comparedEvents: count,
  mismatchedEvents: count,
  values: count,
  mismatchedValues: count,
});

const divergence = z.strictObject({
  event: z.string(),
  layer: z.string(),
  tensor: z.string(),
  /** Flat row-major index, and the same by axis. */
  element: count,
  position: z.array(count),
  format: z.string(),
  expected: side,
  got: side,
  /** Most significant bit that differs; 0 is the least significant of the word. */
  bit: count,
  /** What the element was made from. */
  operands: z.array(z.strictObject({ name: z.string(), index: count, raw, value: z.string() })),
  foundBy: z.enum(['trace', 'bisection', 'outputs', 'signals', 'cycles']),
  cycle: z.int().optional(),
  clock: z.strictObject({ expected: clock, got: clock }).optional(),
});

const layerRow = z.strictObject({
  layer: z.string(),
  tensor: z.string(),
  values: count,
  mismatchedValues: count,
  /** Units of the tensor type's last place. */
  largestUlp: raw,
  firstEvent: z.string().optional(),
});

const failure = z.strictObject({
  kind: z.enum([
    'missing',
    'refused',
    'failed',
    'crashed',
    'timed-out',
    'bad-output',
    'no-space',
    'cancelled',
  ]),
  oracle: z.string(),
  phase: z.enum(['build', 'run', 'read']),
  what: z.string(),
  /** File with what the tool printed, and its last lines. */
  log: z.string().optional(),
  tail: z.string().optional(),
});

export const verifyReportSchema = z.strictObject({
  schema: z.literal(VERIFY_REPORT_SCHEMA),
  model: z.string(),
  baseline: z.string(),
  events: count,
  /** Left out if the run was cut off. */
  verdict: verdict.optional(),
  oracles: z.array(
    z.strictObject({
      oracle: z.string(),
      version: z.string().optional(),
      verdict: verdict.optional(),
      totals,
      divergence: divergence.optional(),
      layers: z.array(layerRow).optional(),
      failure: failure.optional(),
    }),
  ),
  /** What became of differences that were to be made small (`--shrink`). */
  kept: z
    .array(z.strictObject({ oracle: z.string(), file: z.string().optional(), sentence: z.string() }))
    .optional(),
});

const oracle = z.string();

export const verifyEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('started'),
    model: z.string(),
    events: count,
    baseline: z.string(),
    oracles: z.array(oracle),
  }),
  z.strictObject({ kind: z.literal('prepared'), oracle, version: z.string() }),
  z.strictObject({ kind: z.literal('compared'), oracle, event: z.string(), mismatchedValues: count }),
  z.strictObject({ kind: z.literal('diverged'), oracle, divergence }),
  z.strictObject({ kind: z.literal('layers'), oracle, rows: z.array(layerRow) }),
  z.strictObject({ kind: z.literal('failed'), oracle, failure }),
  z.strictObject({ kind: z.literal('finished'), oracle, verdict, totals }),
  z.strictObject({ kind: z.literal('ended'), verdict }),
]);
