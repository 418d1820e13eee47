import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryCircuit } from './arbitrary-circuit.ts';
import {
  CircuitBuilder,
  copyAt,
  type Holds,
  holdsOf,
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

describe('the scheduler', () => {
  test('keeps every invariant on random circuits at any clock it accepts', () => {
    let accepted = 0;
    fc.assert(
      fc.property(arbitraryCircuit, fc.constantFrom(1.6, 2.5, 4, 10), (circuit, clockNs) => {
        let result: Schedule;
        try {
          result = schedule(circuit, clockNs, ULTRASCALE_PLUS);
          holdsOf(result);
        } catch (error) {
          if (error instanceof ScheduleError) return;
          throw error;
        }
        verifySchedule(result);
        accepted += 1;
      }),
      { numRuns: 400, seed: 4 },
    );
    expect(accepted).toBeGreaterThan(150);
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
        let result: Schedule;
        let holds: Holds[];
        try {
          result = schedule(circuit, 4, ULTRASCALE_PLUS);
          holds = holdsOf(result);
        } catch (error) {
          if (error instanceof ScheduleError) return;
          throw error;
        }
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
