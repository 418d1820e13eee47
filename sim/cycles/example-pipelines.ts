/** Small Pipelines for tests: a fork whose branches meet again, and a writer and a reader that disagree on the order. */
import type { Access, Channel, Pipeline, Stage, Step } from '../pipeline/index.ts';
import { exactly } from '../pipeline/index.ts';

const BEATS = 8;

/** Beats go directly and by a detour that gives its first one when it has them all; the join wants both. */
export function tooShallowFork(directDepth: number): Pipeline {
  const both = loop([read('direct'), read('gathered'), write('out')]);
  return {
    name: 'fork',
    controlCycles: 1,
    stages: [
      stage('fork', [loop([read('in'), write('direct'), write('detour')])]),
      stage('gather', [loop([read('detour')]), loop([write('gathered')])]),
      stage('join', [both]),
    ],
    channels: [
      channel('in', null, 'fork', 1),
      channel('direct', 'fork', 'join', directDepth),
      channel('detour', 'fork', 'gather', 2),
      channel('gathered', 'gather', 'join', 2),
      channel('out', 'join', null, 1),
    ],
  };
}

/** Both beats of x, then both of y; but the reader wants them in turn, y first. */
export function crossedBranches(depth: number): Pipeline {
  const steps = (names: readonly string[], access: (channel: string) => Access): Step[] =>
    names.map((name) => ({ kind: 'straight', cycles: exactly(1), accesses: [access(name)] }));
  return {
    name: 'crossed',
    controlCycles: 1,
    stages: [
      stage('writer', steps(['x', 'x', 'y', 'y'], write)),
      stage('reader', steps(['y', 'x', 'y', 'x'], read)),
    ],
    channels: ['x', 'y'].map((name) => ({ ...channel(name, 'writer', 'reader', depth), beatsPerEvent: 2 })),
  };
}

function loop(accesses: readonly Access[]): Step {
  return {
    kind: 'pipelined-loop',
    name: 'loop',
    trips: [exactly(BEATS)],
    interval: 1,
    iterationCycles: 1,
    accesses,
  };
}

function read(name: string): Access {
  return { channel: name, direction: 'read', cycle: 0 };
}

function write(name: string): Access {
  return { channel: name, direction: 'write', cycle: 0 };
}

function stage(name: string, steps: readonly Step[]): Stage {
  return { name, layer: null, derivation: '', extrapolated: [], schedule: { interval: null, steps } };
}

function channel(name: string, from: string | null, to: string | null, depth: number): Channel {
  return {
    name,
    kind: 'fifo',
    beat: { elements: 2, bits: 8 },
    depth,
    beatsPerEvent: BEATS,
    handoffCycles: 1,
    from,
    to,
  };
}
