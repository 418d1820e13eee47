import { expect, test } from 'vitest';
import { FOLDING, foldingSchedule } from './folding.suite.ts';
import { COUNTS } from './counts.ts';
import { stageCounts } from './stage-counts.ts';

test.each(FOLDING)('$rule', (folding) => {
  const [counts] = stageCounts(foldingSchedule(folding));
  const { tables2 = 0, tables4 = 0, tables6 = 0, adderBits = 0 } = counts;
  const found = [tables2 + adderBits, tables4, tables6];
  if (typeof folding.tables === 'number') expect(found[0] + found[1] + found[2]).toBe(folding.tables);
  else expect(found).toEqual(folding.tables);
  for (const name of COUNTS.slice(4)) expect(counts[name] ?? 0, name).toBe(0);
});
