/** Latency and interval of a Network at full rate, as its simulation of a few events gives them. */
import type { Network } from '../pipeline/network/index.ts';
import { simulateTiming } from './network.ts';

export interface NetworkTiming {
  /** Cycles from the acceptance of an event's first beat until its first output beat can be taken; the longest. */
  readonly latencyCycles: number;
  /** Cycles between acceptances of events that follow without a gap; the longest. */
  readonly intervalCycles: number;
}

/** Units fall into step within an event or two; `events` of them are looked at. */
export function networkTiming(network: Network, events = 4): NetworkTiming {
  const { events: done } = simulateTiming(network, events);
  return {
    latencyCycles: Math.max(...done.map(({ accepted, firstOut }) => firstOut - accepted)),
    intervalCycles: Math.max(...done.slice(1).map(({ accepted }, index) => accepted - done[index].accepted)),
  };
}
