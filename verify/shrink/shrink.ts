/**
 * Makes a failing case small: the shortest Model that still differs, then the fewest input elements that are not 0,
 * each brought as near to 0 as it goes.
 *
 * Changing the Model means another build for most oracles, changing the input only another run; so layers go first,
 * by cutting, and the rest is done on inputs by delta debugging.
 * Source: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002.
 */
import type { Event } from '../../sim/import/vectors/index.ts';
import type { Model } from '../../sim/model/index.ts';
import { cutModel } from '../against/index.ts';

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
  const holds = async (candidate: Case) => tried++ < tries && (await differs(candidate));
  const model = await shortest(failing, holds);
  const given = { model, event: inputOnly(failing.event, failing.event.input) };
  const input = await fewest(given, holds);
  return {
    model,
    event: inputOnly(
      failing.event,
      await nearest({ ...given, event: inputOnly(failing.event, input) }, holds),
    ),
    tried: Math.min(tried, tries),
  };
}

type Holds = (candidate: Case) => Promise<boolean>;

function inputOnly({ id }: Event, input: readonly bigint[]): Event {
  return { id, input };
}

/** The Model cut behind the first layer with which it differs. */
async function shortest({ model, event }: Case, holds: Holds): Promise<Model> {
  for (let layer = 0; layer < model.layers.length - 1; layer++) {
    const cut = cutModel(model, layer);
    if (await holds({ model: cut, event: inputOnly(event, event.input) })) return cut;
  }
  return model;
}

/** Sets as many elements to 0 as it can: halves first, then ever smaller parts. */
async function fewest({ model, event }: Case, holds: Holds): Promise<readonly bigint[]> {
  let input = event.input;
  let active = input.flatMap((raw, at) => (raw === 0n ? [] : [at]));
  for (let parts = 2; active.length > 0;) {
    const size = Math.ceil(active.length / parts);
    let removed = false;
    for (let from = 0; from < active.length; from += size) {
      const gone = new Set(active.slice(from, from + size));
      const candidate = input.map((raw, at) => (gone.has(at) ? 0n : raw));
      if (!(await holds({ model, event: inputOnly(event, candidate) }))) continue;
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
async function nearest({ model, event }: Case, holds: Holds): Promise<readonly bigint[]> {
  let input = event.input;
  for (let at = 0; at < input.length; at++) {
    while (input[at] !== 0n) {
      const candidate = input.map((raw, index) => (index === at ? raw / 2n : raw));
      if (!(await holds({ model, event: inputOnly(event, candidate) }))) break;
      input = candidate;
    }
  }
  return input;
}
