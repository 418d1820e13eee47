import { expect, test } from 'vitest';
import { simulateHandshake } from './handshake.ts';

const timing = { intervalCycles: 5, latencyCycles: 35, queueDepth: 8 };

test('back-to-back events enter every interval and leave after the latency', () => {
  const events = simulateHandshake(timing, 30);
  expect(events).toEqual(events.map((_, n) => ({ accepted: 5 * n, taken: 5 * n + 35 })));
});

test('with gaps and stalls no rule of the handshake is broken', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const events = simulateHandshake(timing, 60, { gap: 60, stall: 3 * seed, seed });
    events.forEach(({ accepted, taken }, n) => {
      expect(taken - accepted).toBeGreaterThanOrEqual(35);
      if (n > 0) expect(accepted - events[n - 1].accepted).toBeGreaterThanOrEqual(5);
      if (n > 0) expect(taken).toBeGreaterThan(events[n - 1].taken);
      const inside = events.filter((other) => other.accepted < accepted && other.taken >= accepted).length;
      expect(inside).toBeLessThan(8);
    });
  }
});

test('a queue too shallow for the latency costs interval, one of the right depth does not', () => {
  const last = (queueDepth: number) => simulateHandshake({ ...timing, queueDepth }, 40).at(-1)!.accepted;
  expect(last(8)).toBe(39 * 5);
  expect(last(7)).toBeGreaterThan(39 * 5);
});
