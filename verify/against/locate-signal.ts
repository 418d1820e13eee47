/**
 * Brings a difference in hardware down to the first signal between layers that is not as the cycle simulator says.
 *
 * The whole run is repeated with a trace, because what is wrong with an event may be the doing of its neighbours. In
 * the order of cycles, and within a cycle of what is made from what, the first signal that differs has been made from
 * signals that do not; so its layer is the one at fault.
 */
import { formatText } from 'fixed-point-ts';
import type { Event } from '../../sim/import/vectors/index.ts';
import type { Divergence } from '../diff/index.ts';
import type { PreparedOracle, TracedSignal } from '../oracles/index.ts';
import { CONTROL } from './mistimed.ts';
import type { LocatedDivergence } from './verify-events.ts';

/** Events behind the one in question that are run with it: more than any pipeline holds at once. */
const BEHIND = 64;

/** @param outer  how the outputs differ */
export async function locateSignal(
  event: Event,
  outer: Divergence,
  suspect: PreparedOracle,
  run: { readonly timekeeper: PreparedOracle; readonly events: readonly Event[]; readonly index: number },
): Promise<LocatedDivergence> {
  const events = run.events.slice(0, run.index + 1 + BEHIND);
  const right = (await run.timekeeper.signals?.(events, run.index))?.[run.index] ?? [];
  const shown = (await suspect.signals?.(events, run.index))?.[run.index] ?? [];
  const byName = new Map(shown.map((signal) => [signal.name, signal]));
  let compared = 0;
  for (const expected of right) {
    const got = byName.get(expected.name);
    if (!got) continue;
    compared += 1;
    const element = expected.values.findIndex((value, at) => value !== got.values[at]);
    if (element >= 0) return signalDivergence(event, element, expected, got);
  }
  // Every layer did its part: the result was lost between the last of them and the port.
  if (compared > 0 && compared === right.length) return { ...outer, layer: CONTROL, foundBy: 'signals' };
  return { ...outer, foundBy: 'outputs' };
}

function signalDivergence(
  { id }: Event,
  element: number,
  { layer, name, shape, type, values, operands }: TracedSignal,
  got: TracedSignal,
): LocatedDivergence {
  const side = (raw: bigint) => ({ raw, value: String(raw) });
  const differing = BigInt.asUintN(type.width, values[element] ^ got.values[element]);
  return {
    event: id,
    layer,
    tensor: name,
    element,
    position: positionOf(element, shape),
    format: formatText(type),
    expected: side(values[element]),
    got: side(got.values[element]),
    bit: differing.toString(2).length - 1,
    operands: operands?.(element) ?? [],
    foundBy: 'signals',
    cycle: got.cycle,
  };
}

function positionOf(element: number, shape: readonly number[]): number[] {
  let rest = element;
  return shape
    .toReversed()
    .map((extent) => {
      const index = rest % extent;
      rest = Math.floor(rest / extent);
      return index;
    })
    .reverse();
}
