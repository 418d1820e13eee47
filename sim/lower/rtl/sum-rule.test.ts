import fc from 'fast-check';
import { castRaw, fixed, type FixedFormat, ufixed } from 'fixed-point-ts';
import { expect, test } from 'vitest';
import { prepareCircuit, readView } from '../../cycles/evaluate-circuit.ts';
import { CircuitBuilder } from '../../pipeline/circuit/index.ts';
import { sumInto, sumRule, type SumRule } from './sum-rule.ts';

const accumulator: fc.Arbitrary<FixedFormat> = fc
  .tuple(fc.boolean(), fc.integer({ min: 3, max: 9 }), fc.constantFrom('SAT', 'WRAP', 'SAT_SYM', 'SAT_ZERO'))
  .map(([signed, width, overflow]) => (signed ? fixed : ufixed)(width, width, 'TRN', overflow));

test('a sum made by its rule equals the sum assigned at every addition, for every rule', () => {
  const seen = new Set<SumRule>();
  fc.assert(
    fc.property(
      accumulator,
      fc.integer({ min: -200, max: 0 }),
      fc.integer({ min: 0, max: 200 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
      (to, lowest, highest, fractions) => {
        const lo = fractions[0] < 0.5 ? 0 : lowest;
        const terms = fractions.map((fraction) => Math.round(lo + fraction * (highest - lo)));
        const b = new CircuitBuilder('sum', 1);
        const x = b.input('x', [terms.length], { lo, hi: highest });
        b.stage('only');
        const circuit = b.finish([sumInto(b, x, to)]);
        const values = prepareCircuit(circuit)([terms]);
        seen.add(sumRule({ lo, hi: highest }, terms.length, to));
        const stepwise = terms.reduce((sum, term) => castRaw(sum + castRaw(BigInt(term), 0, to), 0, to), 0n);
        const assignedFirst = terms.reduce((sum, term) => castRaw(sum + BigInt(term), 0, to), 0n);
        const got = BigInt(readView(circuit.outputs[0], values)[0]);
        expect(got).toBe(assignedFirst);
        if (sumRule({ lo, hi: highest }, terms.length, to) === 'saturating') expect(got).toBe(stepwise);
      },
    ),
    { numRuns: 3000, seed: 1 },
  );
  expect([...seen].sort()).toEqual(['bounded', 'ordered', 'saturating', 'wrapping']);
});
