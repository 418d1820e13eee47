import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryCircuit } from './arbitrary-circuit.ts';
import {
  CircuitBuilder,
  copyAt,
  delayOf,
  type Circuit,
  fewestLoads,
  type Holds,
  holdsOf,
  type Reading,
  readingOf,
  schedule,
  type Schedule,
  ScheduleError,
  ULTRASCALE_PLUS,
  verifySchedule,
} from './index.ts';

function scheduled(
  make: (b: CircuitBuilder) => ReturnType<CircuitBuilder['add']>,
  interval: number,
  clockNs = 5,
): Schedule {
  const b = new CircuitBuilder('test', interval);
  b.stage('only');
  return schedule(b.finish([make(b)]), clockNs, ULTRASCALE_PLUS);
}

/** The schedule, or null where the clock is too fast for one operation alone: nothing else may stand in the way. */
function scheduledUnlessTooFast(circuit: Circuit, clockNs: number): Schedule | null {
  const budget = clockNs - ULTRASCALE_PLUS.registerNs - ULTRASCALE_PLUS.marginNs + 1e-9;
  const slow = circuit.nodes.some((node) => {
    const { ns, levels } = delayOf(node, ULTRASCALE_PLUS);
    return ns > budget || levels > ULTRASCALE_PLUS.maxLevels;
  });
  if (!slow) return schedule(circuit, clockNs, ULTRASCALE_PLUS);
  expect(() => schedule(circuit, clockNs, ULTRASCALE_PLUS)).toThrow(ScheduleError);
  return null;
}

describe('the scheduler', () => {
  test('serves every random circuit at any clock that has time for its slowest operation, every invariant kept', () => {
    let accepted = 0;
    fc.assert(
      fc.property(arbitraryCircuit, fc.constantFrom(1.6, 2.5, 4, 5, 10), (circuit, clockNs) => {
        const result = scheduledUnlessTooFast(circuit, clockNs);
        if (result === null) return;
        verifySchedule(result);
        accepted += 1;
      }),
      { numRuns: 400, seed: 4 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  test('uses more steps for a faster clock', () => {
    const chain = (b: CircuitBuilder) => {
      let x = b.input('x', [1], { lo: 0, hi: 255 });
      for (let i = 0; i < 12; i++) x = b.add(x, b.constant([i + 1]));
      return x;
    };
    const steps = [10, 5, 2.5, 1.6].map((clockNs) => scheduled(chain, 1, clockNs).latencyCycles);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    expect(steps[3]).toBeGreaterThan(steps[0]);
  });

  test('refuses an operation that is longer than the clock period, and names it', () => {
    const wide = (b: CircuitBuilder) => {
      const x = b.input('x', [1], { lo: 0, hi: 2 ** 11 - 1 });
      return b.multiply(x, x);
    };
    expect(() => scheduled(wide, 1, 1.5)).toThrow(
      /'multiply' \(node 1\) takes .* levels, a step of 1.5 ns has/,
    );
  });
});

describe('held values', () => {
  test('have a copy wherever they outlive the interval, and no more than needed', () => {
    const b = new CircuitBuilder('test', 3);
    const x = b.input('x', [1], { lo: 0, hi: 255 });
    b.stage('only');
    let slow = x;
    for (let i = 0; i < 30; i++) slow = b.add(slow, b.constant([1]));
    const result = schedule(b.finish([b.add(slow, x)]), 5, ULTRASCALE_PLUS);
    const holds = holdsOf(result)[0];
    // Held by its own register in steps 0 to 2, then by one copy for every 3 steps.
    expect(holds.loads).toHaveLength(Math.ceil((result.lastStep - 2) / 3));
  });

  test('can be read by every reader although later events overlap, shown by playing the registers', () => {
    fc.assert(
      fc.property(arbitraryCircuit, (circuit) => {
        const result = scheduledUnlessTooFast(circuit, 4);
        if (result === null) return;
        const holds = holdsOf(result);
        for (const node of circuit.nodes) {
          for (const { node: operand } of node.operands) {
            const of = holds[operand.id];
            if (!of.held || operand.op.kind === 'constant') continue;
            const reading = readingOf(node, operand, result.steps[node.id]);
            const copy = copyAt(of, reading, circuit.interval);
            for (let step = reading.from; step <= reading.to; step++) {
              expect(eventSeen(of, copy, step, circuit.interval)).toBe(0);
            }
          }
        }
      }),
      { numRuns: 200, seed: 9 },
    );
  });

  test('have the fewest copies, as trying all chains of loads shows', () => {
    const reading = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(
        fc.array(reading, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 0, max: 3 }),
        (drawn, interval, lasting) => {
          const value = { made: 1, until: 1 + lasting };
          const wanted = drawn.map(([from, length]) => ({ from: from + 2, to: from + 2 + length }));
          const least = fewestByTrying(value, wanted, interval);
          expect(fewestLoads(value, wanted, interval)?.length ?? null).toBe(least);
          // A reading no longer than the interval, behind the step of making, can always be served.
          if (wanted.every(({ from, to }) => to - from < interval)) expect(least).not.toBeNull();
        },
      ),
      { numRuns: 500, seed: 2 },
    );
  });

  test('are loaded early enough for a long reading that ends after a short one but begins before it', () => {
    const wanted = [
      { from: 6, to: 7 },
      { from: 4, to: 8 },
    ];
    expect(fewestLoads({ made: 3, until: 5 }, wanted, 5)).toEqual([3]);
  });

  test('that one copy cannot serve are refused with the steps in question', () => {
    const b = new CircuitBuilder('test', 2);
    const x = b.input('x', [3, 1], { lo: 0, hi: 1 });
    b.stage('only');
    const circuit = b.finish([b.accumulate(b.serialise(x))]);
    expect(() => verifySchedule(schedule(circuit, 5, ULTRASCALE_PLUS))).toThrow(
      /takes 3 beats of an interval of 2/,
    );
  });
});

/** The least number of loads that serve all readings, each from the value or copy before it; null if none do. */
function fewestByTrying(
  value: { made: number; until: number },
  wanted: readonly Reading[],
  interval: number,
) {
  const last = Math.max(...wanted.map(({ to }) => to));
  /** Chains as the steps in which their last copy can be read, and which readings are still to be served. */
  let chains = new Map([['', { ...value, open: wanted.filter(({ to }) => to > value.until) }]]);
  for (let count = 0; chains.size > 0; count++) {
    if ([...chains.values()].some(({ open }) => open.length === 0)) return count;
    const longer: typeof chains = new Map();
    for (const { made, until, open } of chains.values()) {
      for (let load = made; load <= Math.min(until, last); load++) {
        const left = open.filter(({ from, to }) => !(load < from && to <= load + interval));
        longer.set(JSON.stringify([load, left]), { made: load + 1, until: load + interval, open: left });
      }
    }
    chains = longer;
  }
  return null;
}

/**
 * The event whose value a copy shows in a step of event 0, when events start every `interval` steps: an independent
 * replay of the loads. Event e loads copy i at the end of step loads[i] + e x interval.
 */
function eventSeen(holds: Holds, copy: number, step: number, interval: number): number {
  const shown = (index: number, at: number): number => {
    if (index < 0) {
      // The value itself: made for event e in steps made + e x interval .. until + e x interval.
      for (let event = 0; event >= -50; event--) {
        const [from, to] = [holds.made + event * interval, holds.until + event * interval];
        if (at >= from && at <= to) return event;
      }
      return NaN;
    }
    const last = Math.floor((at - 1 - holds.loads[index]) / interval);
    return shown(index - 1, holds.loads[index] + last * interval);
  };
  return shown(copy, step);
}
