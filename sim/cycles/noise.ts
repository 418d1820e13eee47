/** Random gaps in front of a Pipeline and stalls behind it, the same for the same seed. */
import type { TokenTraffic } from '../pipeline/index.ts';
import type { HandshakeNoise } from './handshake.ts';

/**
 * Each in its own stream of chances of 1/256: before a beat is offered, and in every cycle in which an output may be taken.
 * A chance is drawn from the seed, the channel and the beat or cycle, so it does not depend on what happened before.
 */
export function noisyTraffic(
  { gap, stall, seed }: HandshakeNoise,
  channels: readonly { readonly name: string }[],
): Pick<TokenTraffic, 'gapBefore' | 'takenFrom'> {
  const index = new Map(channels.map(({ name }, position) => [name, position]));
  const chance = (channel: string, ...numbers: readonly number[]) =>
    [index.get(channel)!, ...numbers].reduce(mixed, seed | 0) & 0xff;
  return {
    ...(gap > 0 && {
      gapBefore: (channel: string, beat: number) => {
        let cycles = 0;
        while (chance(channel, 1, beat, cycles) < gap) cycles++;
        return cycles;
      },
    }),
    ...(stall > 0 && {
      takenFrom: (channel: string, cycle: number) => {
        let taken = cycle;
        while (chance(channel, 2, taken) < stall) taken++;
        return taken;
      },
    }),
  };
}

/** The finaliser of MurmurHash3 (Austin Appleby, public domain) over the sum. */
function mixed(state: number, value: number): number {
  let h = (state + Math.imul(value + 1, 0x9e3779b9)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
