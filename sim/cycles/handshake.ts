/**
 * The cycles at which events enter and leave a rigid region behind credits, for any input gaps and output stalls.
 *
 * Mirrors the top module cycle by cycle: an event is accepted when the interval since the last one has passed and
 * fewer events than the queue is deep are between acceptance and departure; its result can be taken from
 * `latencyCycles` after its acceptance, in order.
 */
export interface RegionTiming {
  readonly intervalCycles: number;
  readonly latencyCycles: number;
  readonly queueDepth: number;
}

/** Probability in 1/256 of no new event, and of no readiness, in a cycle; `seed` of both. */
export interface HandshakeNoise {
  readonly gap: number;
  readonly stall: number;
  readonly seed: number;
}

export const NO_NOISE: HandshakeNoise = { gap: 0, stall: 0, seed: 1 };

export interface EventCycles {
  readonly accepted: number;
  readonly taken: number;
}

/** @returns for each event the cycle of its acceptance and of its departure, counted from the first after reset */
export function simulateHandshake(
  timing: RegionTiming,
  events: number,
  noise: HandshakeNoise = NO_NOISE,
): EventCycles[] {
  const { intervalCycles, latencyCycles, queueDepth } = timing;
  const next = xorshift((noise.seed * 2 + 1) >>> 0);
  const nextReady = xorshift(((noise.seed * 2 + 1) ^ 0x9e3779b9) >>> 0);
  const accepted: number[] = [];
  const taken: number[] = [];
  let offering = false;
  for (let cycle = 0; taken.length < events; cycle++) {
    const wanted = next() >= noise.gap;
    const ready = nextReady() >= noise.stall;
    offering ||= accepted.length < events && wanted;
    const last = accepted.at(-1) ?? -intervalCycles;
    const accept = offering && cycle - last >= intervalCycles && accepted.length - taken.length < queueDepth;
    const made = accepted[taken.length];
    if (made !== undefined && cycle >= made + latencyCycles && ready) taken.push(cycle);
    if (accept) {
      accepted.push(cycle);
      offering = false;
    }
  }
  return accepted.map((cycle, index) => ({ accepted: cycle, taken: taken[index] }));
}

/** Marsaglia's 32-bit xorshift ("Xorshift RNGs", J. Stat. Software 8, 2003), high byte. */
export function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state >>> 24;
  };
}
