/** Hardware that does not keep its cycles: as much a difference as a wrong bit. */
import type { Event } from '../../sim/import/vectors/index.ts';
import type { EventClock } from '../oracles/index.ts';
import type { LocatedDivergence } from './verify-events.ts';

/** What the handshakes of the top belong to. */
export const CONTROL = 'control';

/** Both clocks, if they differ. A side without a clock says nothing. */
export function mistimed(
  expected: EventClock | undefined,
  got: EventClock | undefined,
): LocatedDivergence['clock'] {
  if (!expected || !got) return undefined;
  return expected.accepted === got.accepted && expected.taken === got.taken ? undefined : { expected, got };
}

/** A difference in cycles alone: its element is the cycle of acceptance, or of departure. */
export function mistimedDivergence(
  { id }: Event,
  { expected, got }: NonNullable<LocatedDivergence['clock']>,
): LocatedDivergence {
  const what = expected.accepted === got.accepted ? 'taken' : 'accepted';
  const side = (cycle: number) => ({ raw: BigInt(cycle), value: String(cycle) });
  return {
    event: id,
    layer: CONTROL,
    tensor: `cycle in which the event was ${what}`,
    element: 0,
    position: [],
    format: 'clock cycles',
    expected: side(expected[what]),
    got: side(got[what]),
    bit: Math.floor(Math.log2(expected[what] ^ got[what])),
    operands: [],
    foundBy: 'cycles',
    cycle: Math.min(expected[what], got[what]),
  };
}
