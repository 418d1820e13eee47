/** Which formats the differential tests compile: every pair of modes, at many widths and offsets. */
import { OVERFLOWS, ROUNDINGS, fixed, formatText, int, ufixed, uint } from 'fixed-point-ts';
import type { FixedFormat, Overflow } from 'fixed-point-ts';
import { randomFormat, randomIntegerBits, randomOf, randomTarget, randomWidth } from './random.ts';
import type { Random } from './random.ts';

export interface CastCase {
  readonly from: FixedFormat;
  readonly to: FixedFormat;
}

export interface OperatorCase {
  readonly a: FixedFormat;
  readonly b: FixedFormat;
}

/** Cases compiled into one program. */
const CASTS_A_PROGRAM = 80;
const OPERATORS_A_PROGRAM = 15;

/** Casts to every pair of modes: each rounding with each overflow mode and 0, 1, 2 and more saturated bits. */
export function castCases(seed: number): readonly CastCase[] {
  const random = randomOf(seed);
  const modePairs = ROUNDINGS.flatMap((rounding) =>
    OVERFLOWS.flatMap((overflow) =>
      saturationChoices(overflow, random).map((saturationBits) => ({ rounding, overflow, saturationBits })),
    ),
  );
  const fixedCasts = modePairs.flatMap(({ rounding, overflow, saturationBits }) =>
    [true, true, true, false, false].flatMap((signed) => {
      if (overflow === 'WRAP_SM' && !signed) return [];
      const from = randomFormat(random);
      return [{ from, to: randomTarget(random, from, signed, rounding, overflow, saturationBits) }];
    }),
  );
  const intCasts = Array.from({ length: 24 }, () => {
    const width = randomWidth(random);
    // From I < 0 the headers read an uninitialised integer.
    const from = random.pick([fixed, ufixed])(width, Math.max(randomIntegerBits(random, width), 0));
    return { from, to: random.pick([int, uint])(randomWidth(random)) };
  });
  // Points far from the digits, where float32 is denormal or float64 nearly so, and the widest types there are.
  const farCasts = [-900, -145, -135, -120, 100, 110].flatMap((integerBits) =>
    [fixed, ufixed].map((make) => {
      const from = make(random.between(20, 64), integerBits);
      return {
        from,
        to: randomTarget(random, from, true, random.pick(ROUNDINGS), random.pick(OVERFLOWS), 0),
      };
    }),
  );
  const wideCasts = ROUNDINGS.map((rounding) => {
    const from = random.pick([fixed, ufixed])(1024, random.between(0, 1024));
    return {
      from,
      to: fixed(random.pick([513, 1023, 1024]), from.integerBits - 1, rounding, random.pick(OVERFLOWS)),
    };
  });
  return [...fixedCasts, ...intCasts, ...farCasts, ...wideCasts];
}

/** Casts to every pair of modes that ac_fixed has. */
export function acCastCases(seed: number): readonly CastCase[] {
  const random = randomOf(seed);
  const overflows = OVERFLOWS.filter((overflow) => overflow !== 'WRAP_SM');
  return ROUNDINGS.flatMap((rounding) =>
    overflows.flatMap((overflow) =>
      [true, true, false].map((signed) => {
        const from = randomFormat(random);
        return { from, to: randomTarget(random, from, signed, rounding, overflow, 0) };
      }),
    ),
  );
}

/** Pairs of operand types: fixed with fixed, integer with integer, and mixed. */
export function operatorCases(seed: number): readonly OperatorCase[] {
  const random = randomOf(seed);
  const operand = (kind: 'fixed' | 'int'): FixedFormat => {
    if (kind === 'int') return random.pick([int, uint])(randomWidth(random));
    const { signed, width, integerBits } = randomFormat(random);
    const overflow = random.pick(signed ? OVERFLOWS : OVERFLOWS.filter((mode) => mode !== 'WRAP_SM'));
    return (signed ? fixed : ufixed)(width, integerBits, random.pick(ROUNDINGS), overflow);
  };
  return [
    ...Array.from({ length: 75 }, () => ({ a: operand('fixed'), b: operand('fixed') })),
    ...Array.from({ length: 30 }, () => ({ a: operand('int'), b: operand('int') })),
    ...Array.from({ length: 15 }, () => ({ a: operand('fixed'), b: operand('int') })),
  ];
}

/** C++ programs for the cases, each with the cases it holds. */
export function castPrograms(cases: readonly CastCase[], style: 'ap' | 'ac'): readonly Program<CastCase>[] {
  return programs(cases, CASTS_A_PROGRAM, style, ({ from, to }) => {
    const types = `${formatText(from, style)}, ${formatText(to, style)}`;
    return `[](Streams& s) { Word n = *s.in++; Word d = *s.in++; castCase<${types}>(s, n, d); }`;
  });
}

export function operatorPrograms(cases: readonly OperatorCase[]): readonly Program<OperatorCase>[] {
  return programs(cases, OPERATORS_A_PROGRAM, 'ap', ({ a, b }) => {
    const types = `${formatText(a, 'ap')}, ${formatText(b, 'ap')}`;
    return `[](Streams& s) { Word n = *s.in++; operatorCase<${types}>(s, n); }`;
  });
}

export interface Program<Case> {
  readonly source: string;
  readonly cases: readonly Case[];
}

function programs<Case>(
  cases: readonly Case[],
  size: number,
  style: 'ap' | 'ac',
  entry: (one: Case) => string,
): readonly Program<Case>[] {
  return Array.from({ length: Math.ceil(cases.length / size) }, (_, index) => {
    const chosen = cases.slice(index * size, (index + 1) * size);
    const table = chosen.map((one) => `  ${entry(one)}`).join(',\n');
    const source = `#include "${style}-types-oracle.hpp"\nstatic const Case cases[] = {\n${table}\n};\nint main() { return serve(cases, ${chosen.length}); }\n`;
    return { source, cases: chosen };
  });
}

function saturationChoices(overflow: Overflow, random: Random): readonly number[] {
  return overflow === 'WRAP' || overflow === 'WRAP_SM' ? [0, 1, 2, random.between(3, 9)] : [0];
}
