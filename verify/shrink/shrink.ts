/**
 * Makes a failing case small: the fewest layers that still differ, then the fewest input elements that are not 0, each
 * brought as near to 0 as it goes.
 *
 * Changing the Model means another build for most oracles, changing the input only another run; so layers go first,
 * by cutting behind and before, and the rest is done on inputs by delta debugging.
 * Source: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002.
 */
import { evaluators } from '../../sim/evaluate/index.ts';
import { type Event, eventOf, inputValues } from '../../sim/import/vectors/index.ts';
import type { Model } from '../../sim/model/index.ts';
import { cutModel } from '../against/index.ts';
import { modelFrom } from './model-from.ts';

export interface Case {
  readonly model: Model;
  readonly event: Event;
}

export interface ShrinkOptions {
  /** Whether a case still shows the difference. */
  readonly differs: (candidate: Case) => Promise<boolean>;
  /** Most candidates to try (300). */
  readonly tries?: number;
}

/** @returns the smallest case found, and how many candidates were tried; the given one if it does not differ */
export async function shrink(
  failing: Case,
  { differs, tries = 300 }: ShrinkOptions,
): Promise<Case & { tried: number }> {
  let tried = 0;
  const holds: Holds = async (candidate) => tried++ < tries && (await differs(candidate));
  const short = await withoutFront(await withoutBack(inputOnly(failing), holds), holds);
  const { model } = short;
  const given = inputValues(short.event, model);
  const sizes = model.inputs.map((name) => given[name].length);
  const withRaws = (raws: readonly bigint[]): Case => {
    let at = 0;
    const inputs = model.inputs.map((name, port) => [name, raws.slice(at, (at += sizes[port]))] as const);
    return { model, event: eventOf(failing.event.id, { inputs: Object.fromEntries(inputs) }, model) };
  };
  const stillHolds = (raws: readonly bigint[]) => holds(withRaws(raws));
  const few = await fewest(
    model.inputs.flatMap((name) => given[name]),
    stillHolds,
  );
  const small = withRaws(await nearest(few, stillHolds));
  return { ...small, tried: Math.min(tried, tries) };
}

type Holds = (candidate: Case) => Promise<boolean>;

function inputOnly({ model, event }: Case): Case {
  return { model, event: eventOf(event.id, { inputs: inputValues(event, model) }, model) };
}

/** The Model cut behind the first layer with which it differs. */
async function withoutBack({ model, event }: Case, holds: Holds): Promise<Case> {
  for (let layer = 0; layer < model.layers.length - 1; layer++) {
    const cut = { model: cutModel(model, layer), event };
    if (await holds(cut)) return cut;
  }
  return { model, event };
}

/** The fewest last layers that differ on the tensors that the reference interpreter gives them. */
async function withoutFront(whole: Case, holds: Holds): Promise<Case> {
  const reference = evaluators.find(({ name }) => name === 'reference')!;
  const { model, event } = whole;
  if (model.layers.length < 2) return whole;
  const values = reference.prepare(model)(inputValues(event, model));
  for (let first = model.layers.length - 1; first > 0; first--) {
    const cut = modelFrom(model, first);
    if (!cut) continue;
    const inputs = Object.fromEntries(cut.inputs.map((name) => [name, values[name]]));
    const candidate = { model: cut, event: eventOf(event.id, { inputs }, cut) };
    if (await holds(candidate)) return candidate;
  }
  return whole;
}

type RawsHold = (raws: readonly bigint[]) => Promise<boolean>;

/** Sets as many elements to 0 as it can: halves first, then ever smaller parts. */
async function fewest(given: readonly bigint[], holds: RawsHold): Promise<readonly bigint[]> {
  let input = given;
  let active = input.flatMap((raw, at) => (raw === 0n ? [] : [at]));
  for (let parts = 2; active.length > 0;) {
    const size = Math.ceil(active.length / parts);
    let removed = false;
    for (let from = 0; from < active.length; from += size) {
      const gone = new Set(active.slice(from, from + size));
      const candidate = input.map((raw, at) => (gone.has(at) ? 0n : raw));
      if (!(await holds(candidate))) continue;
      input = candidate;
      active = active.filter((at) => !gone.has(at));
      removed = true;
      break;
    }
    if (removed) parts = Math.max(parts - 1, 2);
    else if (size === 1) break;
    else parts = Math.min(parts * 2, active.length);
  }
  return input;
}

/** Halves each element for as long as the difference stays. */
async function nearest(given: readonly bigint[], holds: RawsHold): Promise<readonly bigint[]> {
  let input = given;
  for (let at = 0; at < input.length; at++) {
    while (input[at] !== 0n) {
      const candidate = input.map((raw, index) => (index === at ? raw / 2n : raw));
      if (!(await holds(candidate))) break;
      input = candidate;
    }
  }
  return input;
}
