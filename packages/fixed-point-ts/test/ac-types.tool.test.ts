/**
 * Differential test of the ac_fixed spelling against the Siemens Algorithmic C headers compiled with g++: assignments to
 * every pair of modes, from raw integers and from float64. Needs g++ and `node scripts/hls-headers.mjs`.
 */
import { describe, expect, test } from 'vitest';
import {
  castRaw,
  fixed,
  formatText,
  fracBits,
  fromNumber,
  minRaw,
  parseFormat,
  toNumber,
} from 'fixed-point-ts';
import type { FixedFormat } from 'fixed-point-ts';
import { hlsHeaders } from '../../../scripts/hls-headers.mjs';
import { buildOracles, compilerVersion, runOracle } from './oracle/compiled-oracle.ts';
import { Differences } from './oracle/differences.ts';
import { acCastCases, castPrograms } from './oracle/oracle-plan.ts';
import { hardRaw, randomDouble, randomOf, randomRaw } from './oracle/random.ts';
import { WordReader, WordWriter } from './oracle/words.ts';

/** Another seed draws other formats and values: FUZZ_SEED=7 npx vitest run --project tools packages/fixed-point-ts */
const SEED = Number(process.env.FUZZ_SEED ?? 20260102);
const RAW_VALUES = 2000;
const FLOAT_VALUES = 200;

const headers = hlsHeaders();
const reason =
  compilerVersion() === null ? 'g++ is not installed' : headers.kind === 'missing' ? headers.reason : null;
if (reason !== null) console.warn(`ac_types oracle skipped: ${reason}`);

describe.skipIf(reason !== null)('equals the compiled ac_types headers', () => {
  test('in assignments to every pair of modes', async () => {
    const folders =
      headers.kind === 'found' ? [headers.acTypes, new URL('./oracle/', import.meta.url).pathname] : [];
    const programs = castPrograms(acCastCases(SEED), 'ac');
    const binaries = await buildOracles(
      programs.map(({ source }) => source),
      folders,
    );
    const random = randomOf(SEED);
    const differences = new Differences();
    programs.forEach(({ cases }, program) => {
      const input = new WordWriter();
      const plan = cases.map(({ from, to }, index) => {
        [index, RAW_VALUES, FLOAT_VALUES].forEach((word) => input.word(word));
        const raws = Array.from({ length: RAW_VALUES }, (_, n) =>
          n % 2 === 0 ? hardRaw(random, from, to) : randomRaw(random, from),
        );
        const doubles = Array.from({ length: FLOAT_VALUES }, () => randomDouble(random, to));
        raws.forEach((raw) => input.raw(raw, from));
        doubles.forEach((double) => input.double(double));
        return { from, spelling: formatText(to, 'ac'), raws, doubles };
      });
      const output = new WordReader(runOracle(binaries[program], input.all()));
      for (const { from, spelling, raws, doubles } of plan) {
        const to = parseFormat(spelling);
        for (const raw of raws) {
          const conversion = (): string => `${formatText(from, 'ac')} -> ${spelling}`;
          differences.check(castRaw(raw, fracBits(from), to), output.raw(to), conversion, () => `${raw}`);
        }
        for (const double of doubles) {
          const theirs = output.raw(to);
          if (overflowsBeforeRounding(double, to)) differences.skip();
          else {
            const conversion = (): string => `float64 -> ${spelling}`;
            differences.check(fromNumber(double, to), theirs, conversion, () => `${double}`);
          }
        }
      }
      expect(output.done()).toBe(true);
    });
    expect(differences.found()).toEqual([]);
    expect(differences.compared).toBeGreaterThanOrEqual(150_000);
  });
});

/**
 * In signed types of 32, 64, ... bits the constructor from double decides on overflow before it rounds, and so loses
 * numbers that are just below the smallest one and round to it.
 */
function overflowsBeforeRounding(value: number, to: FixedFormat): boolean {
  if (!to.signed || to.width % 32 !== 0 || value >= toNumber(minRaw(to), to)) return false;
  return fromNumber(value, fixed(to.width + 64, to.integerBits + 64, to.rounding)) === minRaw(to);
}
