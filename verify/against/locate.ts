/**
 * Brings a difference between two oracles on one event down to its layer, element and bit.
 *
 * Traces are compared layer by layer where both sides have them. An oracle that shows only outputs is asked about
 * Models cut short, by bisection over layers: the first layer whose outputs differ although all before it agree.
 */
import type { Values } from '../../sim/evaluate/index.ts';
import type { Event } from '../../sim/import/vectors/index.ts';
import type { Model } from '../../sim/model/index.ts';
import { compareEvent } from '../diff/index.ts';
import {
  type Oracle,
  type OracleContext,
  OracleFailure,
  type OracleResult,
  type PreparedOracle,
  type Subject,
} from '../oracles/index.ts';
import { cutModel } from './cut-model.ts';
import { locateSignal } from './locate-signal.ts';
import type { LocatedDivergence } from './verify-events.ts';

export interface Suspect {
  readonly oracle: Oracle;
  readonly prepared: PreparedOracle;
  readonly subject: Subject;
  readonly context: OracleContext;
  /** For hardware: who knows its signals, and the event's place in the run. */
  readonly inside?: {
    readonly timekeeper: PreparedOracle;
    readonly events: readonly Event[];
    readonly index: number;
  };
}

/**
 * @param expected  what is taken as right for this event: at least the outputs, all tensors where they are known
 * @param outputs   what the suspect gave
 */
export async function locate(
  event: Event,
  expected: Values,
  outputs: OracleResult,
  suspect: Suspect,
): Promise<LocatedDivergence | undefined> {
  const { subject, inside } = suspect;
  const outer = firstDivergence(subject.model, event, expected, outputs);
  if (!outer) return undefined;
  try {
    if (inside && suspect.prepared.signals) return await locateSignal(event, outer, suspect.prepared, inside);
    const found = await lookInside(event, expected, suspect);
    if (found) return found;
  } catch (error) {
    // The difference stands even where the tool fails at a second look.
    if (!(error instanceof OracleFailure)) throw error;
  }
  return { ...outer, foundBy: 'outputs' };
}

async function lookInside(
  event: Event,
  expected: Values,
  suspect: Suspect,
): Promise<LocatedDivergence | undefined> {
  const { oracle, prepared, subject } = suspect;
  if (prepared.tracesLayers) {
    const traced = await single(prepared.run([event], 'all'));
    const found = traced && firstDivergence(subject.model, event, expected, traced);
    return found && { ...found, foundBy: 'trace' };
  }
  const found = oracle.canBisect ? await bisect(event, expected, suspect) : undefined;
  return found && { ...found, foundBy: 'bisection' };
}

/** Compares the tensors that both sides know; operands that only one side knows are taken from it. */
export function firstDivergence(
  model: Model,
  { id }: Event,
  expected: Values,
  { values, cycles }: OracleResult,
): Omit<LocatedDivergence, 'foundBy'> | undefined {
  const shared = Object.fromEntries(Object.entries(expected).filter(([tensor]) => tensor in values));
  const { firstDivergence: found } = compareEvent(model, id, shared, { ...expected, ...values });
  if (!found) return undefined;
  const cycle = cycles?.[found.tensor];
  return cycle === undefined ? found : { ...found, cycle };
}

async function bisect(event: Event, expected: Values, { oracle, subject, context }: Suspect) {
  const { model } = subject;
  const known = model.layers.map((layer) => layer.outputs.every((tensor) => tensor in expected));
  const differsAt = async (layer: number) => {
    const cut = cutModel(model, layer);
    const prepared = await oracle.prepare({ ...subject, model: cut }, context);
    const result = await single(prepared.run([event], 'outputs'));
    return result && firstDivergence(cut, event, pick(expected, cut.outputs), result);
  };
  const candidates = known.flatMap((isKnown, index) => (isKnown ? [index] : []));
  let [low, high] = [0, candidates.length - 1];
  let found: Awaited<ReturnType<typeof differsAt>>;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const divergence = await differsAt(candidates[middle]);
    if (divergence) {
      found = divergence;
      high = middle - 1;
    } else {
      low = middle + 1;
    }
  }
  return found && withOperands(model, event, expected, found);
}

/** The same divergence with operands from the tensors that are taken as right: up to this layer both sides agree. */
function withOperands(
  model: Model,
  event: Event,
  expected: Values,
  found: Omit<LocatedDivergence, 'foundBy'>,
) {
  const raws = expected[found.tensor].map((raw, index) => (index === found.element ? found.got.raw : raw));
  const got = { values: { ...expected, [found.tensor]: raws } };
  const again = firstDivergence(model, event, pick(expected, [found.tensor]), got);
  return again ? { ...again, ...(found.cycle === undefined ? {} : { cycle: found.cycle }) } : found;
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
}

async function single(results: AsyncIterable<OracleResult>): Promise<OracleResult | undefined> {
  let last: OracleResult | undefined;
  for await (const result of results) last = result;
  return last;
}
