/**
 * The published designs: what csim of the designs' own C++ computed, in every event and every recorded array.
 *
 * The interpreter takes up to a second for an event of a dense design. It gets a handful of them by default and all in
 * golden.full.test.ts.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importModel } from '../import/index.ts';
import { type Event, readRecordedEvents } from '../import/vectors/index.ts';
import type { Evaluator } from './evaluator.ts';

const GOLDEN = join(import.meta.dirname, '../../golden/sparsepixels');
const designs = readdirSync(GOLDEN).filter((name) => existsSync(join(GOLDEN, name, 'design.json')));

const MINUTES = 60_000;

/** @param extent  `quick`: a handful of events where the interpreter is slow; `full`: every event of those designs */
export function goldenSuite(evaluator: Evaluator, extent: 'quick' | 'full' = 'quick'): void {
  test('there are 18 published designs', () => {
    expect(designs).toHaveLength(18);
  });

  const slow = (design: string) => evaluator.name === 'reference' && design.endsWith('-full');
  const wanted = extent === 'full' ? designs.filter(slow) : designs;

  describe.each(wanted)('%s', (design) => {
    const { model } = importModel(join(GOLDEN, design));
    const events = readRecordedEvents(join(GOLDEN, design, 'vectors.json'), model);
    const isDense = design.endsWith('-full');
    const chosen = extent === 'quick' && slow(design) ? handful(events) : events;

    test('has 80 recorded outputs, and intermediate arrays of every layer for some events', () => {
      expect(events).toHaveLength(80);
      expect(events.filter(({ expected }) => expected !== undefined)).toHaveLength(80);
      const recorded = chosen.flatMap(({ layers }) => (layers ? [Object.keys(layers).sort()] : []));
      expect(recorded).toHaveLength(isDense ? 2 : 11);
      const inner = model.layers.slice(0, -1).flatMap(({ outputs }) => outputs);
      for (const names of recorded) expect(names).toEqual([...inner].sort());
    });

    test(
      `gives the recorded integers in ${chosen.length} events`,
      () => {
        const run = evaluator.prepare(model);
        for (const { id, input, expected, layers } of chosen) {
          const values = run({ [model.inputs[0]]: input });
          const recorded = { ...layers, [model.outputs[0]]: expected! };
          for (const [name, raw] of Object.entries(recorded)) {
            expect(firstDifference(values[name], raw), `event ${id}, ${name}`).toBeUndefined();
          }
        }
      },
      10 * MINUTES,
    );
  });
}

/** The events with recorded layers, and two more. */
function handful(events: readonly Event[]): readonly Event[] {
  const plain = events.filter(({ layers }) => !layers);
  return [...events.filter(({ layers }) => layers), plain[0], plain[plain.length - 1]];
}

/** toEqual takes seconds for all these arrays. */
function firstDifference(got: readonly bigint[], expected: readonly bigint[]): string | undefined {
  if (got.length !== expected.length) return `${got.length} values, expected ${expected.length}`;
  const index = got.findIndex((raw, at) => raw !== expected[at]);
  return index < 0 ? undefined : `[${index}] is ${got[index]}, expected ${expected[index]}`;
}
