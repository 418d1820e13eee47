/**
 * Elementary functions on two doubles at once, as WebAssembly SIMD.
 *
 * exp, log, sin and cos follow fdlibm's reductions and polynomials (Sun Microsystems 1993, e_exp.c, e_log.c,
 * e_rem_pio2.c, k_sin.c, k_cos.c), tanh Cephes (S. Moshier, tanh.c). x^y takes the logarithm in two doubles, so that its
 * error does not grow with the exponent. Largest errors, against values of 40 digits (vector-functions.test.ts): exp and
 * log below 1 unit in the last place, sin and cos 1, x^y 1.5, tanh 3. Special cases are those of JavaScript's Math.
 */
import { f64x2, i64x2, v128, type FunctionBuilder, type Instruction } from './assembler.ts';

const { add, sub, mul, div, abs, lt, eq, gt } = f64x2;
const c = (value: number): Instruction => f64x2.const(value);
export const signBit = i64x2.const(0x80000000, 0);

/** 1.5 × 2^52: added to an integer below 2^51 it leaves that integer in the low bits of the sum. */
export const integerBits = 6755399441055744;
const ln2 = { high: 0.6931471803691238, low: 1.9082149292705877e-10 } as const;

/** a0 + x (a1 + x (a2 + ...)) */
export function polynomial(x: Instruction, coefficients: readonly number[]): Instruction {
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, a) => add(c(a), mul(x, sum)), c(coefficients[coefficients.length - 1]));
}

/** 2^k for integers -1022 <= k <= 1023, given as doubles. */
function powerOfTwo(k: Instruction): Instruction {
  return i64x2.shl(add(k, c(integerBits + 1023)), 52);
}

export function exponential(fn: FunctionBuilder, value: Instruction): Instruction {
  return exponentialOfSum(fn, fn.keep('v128', value), undefined);
}

/** e^(x + rest) for a rest that is small beside x. */
function exponentialOfSum(
  fn: FunctionBuilder,
  value: Instruction,
  rest: Instruction | undefined,
): Instruction {
  // Beyond these bounds the result is 0 or infinite; the scaling below gets there by itself.
  const x = fn.keep('v128', f64x2.max(f64x2.min(value, c(710.5)), c(-746)));
  const k = fn.keep('v128', f64x2.nearest(mul(x, c(1.4426950408889634))));
  const high = fn.keep('v128', sub(x, mul(k, c(ln2.high))));
  const reduced = mul(k, c(ln2.low));
  const low = fn.keep('v128', rest === undefined ? reduced : sub(reduced, rest));
  const r = fn.keep('v128', sub(high, low));
  const t = fn.keep('v128', mul(r, r));
  const p = [0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5,
    -1.6533902205465252e-6, 4.1381367970572385e-8]; // prettier-ignore
  const q = fn.keep('v128', sub(r, mul(t, polynomial(t, p))));
  const y = sub(c(1), sub(sub(low, div(mul(r, q), sub(c(2), q))), high));
  // Two factors, so that neither leaves the range of exponents.
  const half = fn.keep('v128', f64x2.floor(mul(k, c(0.5))));
  return mul(mul(y, powerOfTwo(half)), powerOfTwo(sub(k, half)));
}

interface Decomposed {
  /** Binary exponent, as a double. */
  readonly k: Instruction;
  /** Mantissa minus 1, the mantissa in [sqrt(1/2), sqrt(2)). */
  readonly f: Instruction;
}

/** x = 2^k (1 + f) for x above 0. */
function decompose(fn: FunctionBuilder, x: Instruction): Decomposed {
  const isSmall = fn.keep('v128', lt(x, c(2.2250738585072014e-308)));
  const bits = fn.keep('v128', v128.select(mul(x, c(2 ** 54)), x, isSmall));
  const shifted = fn.keep('v128', i64x2.sub(bits, i64x2.const(0x3fe6a09e, 0)));
  const biased = i64x2.shrUnsigned(i64x2.add(shifted, i64x2.const(0x40000000, 0)), 52);
  const exponent = sub(v128.or(biased, i64x2.const(0x43300000, 0)), c(2 ** 52 + 1024));
  const k = fn.keep('v128', sub(exponent, v128.and(c(54), isSmall)));
  const mantissa = i64x2.sub(bits, v128.and(shifted, i64x2.const(0xfff00000, 0)));
  return { k, f: fn.keep('v128', sub(mantissa, c(1))) };
}

export function logarithm(fn: FunctionBuilder, value: Instruction): Instruction {
  const x = fn.keep('v128', value);
  const { k, f } = decompose(fn, x);
  const s = fn.keep('v128', div(f, add(c(2), f)));
  const z = fn.keep('v128', mul(s, s));
  const w = fn.keep('v128', mul(z, z));
  const odd = mul(
    z,
    polynomial(w, [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586]),
  );
  const even = mul(w, polynomial(w, [0.3999999999940942, 0.22222198432149784, 0.15313837699209373]));
  const halfSquare = fn.keep('v128', mul(c(0.5), mul(f, f)));
  const tail = add(mul(s, add(halfSquare, add(odd, even))), mul(k, c(ln2.low)));
  const y = fn.keep('v128', add(add(sub(tail, halfSquare), f), mul(k, c(ln2.high))));
  const atZero = v128.select(c(-Infinity), y, eq(x, c(0)));
  const atInfinity = v128.select(x, atZero, eq(x, c(Infinity)));
  // Below 0, and for NaN, x >= 0 is false.
  return v128.select(atInfinity, c(NaN), f64x2.ge(x, c(0)));
}

/** Beyond this, multiples of pi/2 are not subtracted precisely enough; `sinusoid` is for smaller angles only. */
export const largestAngle = 2 ** 20;

/** Sine (phase 0) or cosine (phase 1) of angles up to `largestAngle`. */
export function sinusoid(fn: FunctionBuilder, value: Instruction, phase: 0 | 1): Instruction {
  const x = fn.keep('v128', value);
  const quadrant = fn.keep('v128', f64x2.nearest(mul(x, c(0.6366197723675814))));
  const bits = fn.keep('v128', add(quadrant, c(integerBits + phase)));
  // x - quadrant × pi/2 in three parts of 33 bits, kept as r and what r lost.
  const first = fn.keep('v128', sub(x, mul(quadrant, c(1.5707963267341256))));
  const middle = fn.keep('v128', mul(quadrant, c(6.077100506303966e-11)));
  const second = fn.keep('v128', sub(first, middle));
  const lost = sub(sub(first, second), middle);
  const last = fn.keep('v128', sub(mul(quadrant, c(2.0222662487959506e-21)), lost));
  const r = fn.keep('v128', sub(second, last));
  const rest = fn.keep('v128', sub(sub(second, r), last));
  const z = fn.keep('v128', mul(r, r));
  const sinTail = [0.00833333333332249, -0.0001984126982985795, 2.7557313707070068e-6,
    -2.5050760253406863e-8, 1.58969099521155e-10]; // prettier-ignore
  const v = fn.keep('v128', mul(z, r));
  const correction = sub(mul(z, sub(mul(c(0.5), rest), mul(v, polynomial(z, sinTail)))), rest);
  const sine = sub(r, sub(correction, mul(v, c(-0.16666666666666632))));
  const cosTail = [0.0416666666666666, -0.001388888888887411, 2.480158728947673e-5,
    -2.7557314351390663e-7, 2.087572321298175e-9, -1.1359647557788195e-11]; // prettier-ignore
  const halfSquare = fn.keep('v128', mul(c(0.5), z));
  const w = fn.keep('v128', sub(c(1), halfSquare));
  const lostOfOne = sub(sub(c(1), w), halfSquare);
  const cosine = add(w, add(lostOfOne, sub(mul(mul(z, z), polynomial(z, cosTail)), mul(r, rest))));
  const isOdd = i64x2.eq(v128.and(bits, i64x2.const(0, 1)), i64x2.const(0, 1));
  const sign = i64x2.shl(v128.and(bits, i64x2.const(0, 2)), 62);
  return v128.xor(v128.select(cosine, sine, isOdd), sign);
}

export function hyperbolicTangent(fn: FunctionBuilder, value: Instruction): Instruction {
  const x = fn.keep('v128', value);
  const size = fn.keep('v128', abs(x));
  const z = fn.keep('v128', mul(x, x));
  const p = polynomial(z, [-1614.6876844170845, -99.28772310019185, -0.9643991794250523]);
  const q = polynomial(z, [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1]);
  const near = fn.keep('v128', add(x, mul(x, mul(z, div(p, q)))));
  const far = sub(c(1), div(c(2), add(exponential(fn, add(size, size)), c(1))));
  const signed = v128.or(far, v128.and(x, signBit));
  return v128.select(near, signed, lt(size, c(0.625)));
}

/** A number as the sum of two doubles, the second below half a unit of the first. */
interface Pair {
  readonly high: Instruction;
  readonly low: Instruction;
}

/** a × b without error (T. Dekker, Numer. Math. 18 (1971) 224); |a|, |b| below 2^970. */
function exactProduct(fn: FunctionBuilder, a: Instruction, b: Instruction): Pair {
  const split = (x: Instruction): Pair => {
    const t = fn.keep('v128', mul(x, c(134217729)));
    const high = fn.keep('v128', sub(t, sub(t, x)));
    return { high, low: fn.keep('v128', sub(x, high)) };
  };
  const [p, q] = [split(a), split(b)];
  const high = fn.keep('v128', mul(a, b));
  const cross = add(sub(mul(p.high, q.high), high), add(mul(p.high, q.low), mul(p.low, q.high)));
  return { high, low: fn.keep('v128', add(cross, mul(p.low, q.low))) };
}

/** a + b without error, for |a| >= |b| or a = 0. */
function exactSum(fn: FunctionBuilder, a: Instruction, b: Instruction): Pair {
  const high = fn.keep('v128', add(a, b));
  return { high, low: fn.keep('v128', sub(b, sub(high, a))) };
}

/** ln x in two doubles, for finite x above 0: with s = f / (2 + f), ln(1 + f) = 2 s + 2 s^3 / 3 + ... */
function logarithmPair(fn: FunctionBuilder, x: Instruction): Pair {
  const { k, f } = decompose(fn, x);
  const denominator = exactSum(fn, c(2), f);
  const s = fn.keep('v128', div(f, denominator.high));
  const product = exactProduct(fn, s, denominator.high);
  const sLow = fn.keep(
    'v128',
    div(sub(sub(sub(f, product.high), product.low), mul(s, denominator.low)), denominator.high),
  );
  const z = exactProduct(fn, s, s);
  const zLow = fn.keep('v128', add(z.low, mul(add(s, s), sLow)));
  // s^3 × 2/3 in two doubles, the rest of the series in one.
  const cube = exactProduct(fn, s, z.high);
  const cubeLow = add(cube.low, add(mul(s, zLow), mul(sLow, z.high)));
  const third = exactProduct(fn, cube.high, c(2 / 3));
  const thirdLow = add(third.low, add(mul(cubeLow, c(2 / 3)), mul(cube.high, c(3.700743415417188e-17))));
  const series = [2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13, 2 / 15, 2 / 17, 2 / 19, 2 / 21];
  const higher = mul(mul(cube.high, z.high), polynomial(z.high, series));
  const first = exactSum(fn, add(s, s), third.high);
  const small = fn.keep('v128', add(add(first.low, add(sLow, sLow)), add(thirdLow, higher)));
  const total = exactSum(fn, mul(k, c(ln2.high)), first.high);
  // Where k = 0 the first summand is 0, which exactSum allows.
  const low = fn.keep('v128', add(total.low, add(small, mul(k, c(ln2.low)))));
  return exactSum(fn, total.high, low);
}

export function power(fn: FunctionBuilder, base: Instruction, exponent: Instruction): Instruction {
  const x = fn.keep('v128', base);
  const y = fn.keep('v128', exponent);
  const size = fn.keep('v128', abs(x));
  const log = logarithmPair(fn, size);
  // Larger exponents overflow as this one does, and would overflow the exact product.
  const bounded = fn.keep('v128', f64x2.max(f64x2.min(y, c(2 ** 64)), c(-(2 ** 64))));
  const main = exactProduct(fn, bounded, log.high);
  const rest = fn.keep('v128', add(main.low, mul(bounded, log.low)));
  const general = fn.keep('v128', exponentialOfSum(fn, main.high, rest));
  const grows = fn.keep('v128', v128.xor(gt(size, c(1)), lt(y, c(0))));
  const isExtreme = v128.or(eq(size, c(0)), eq(size, c(Infinity)));
  const extreme = v128.and(c(Infinity), grows);
  const magnitude = fn.keep('v128', v128.select(extreme, general, isExtreme));
  const isInteger = fn.keep('v128', eq(f64x2.nearest(y), y));
  const halfY = fn.keep('v128', mul(y, c(0.5)));
  const isOdd = v128.andNot(isInteger, eq(f64x2.nearest(halfY), halfY));
  const signed = fn.keep('v128', v128.xor(magnitude, v128.and(v128.and(x, signBit), isOdd)));
  const isNegative = v128.and(lt(x, c(0)), lt(size, c(Infinity)));
  const real = v128.select(c(NaN), signed, v128.andNot(isNegative, isInteger));
  // 1 to an infinite power and NaN in either place give NaN; anything to the power 0 gives 1.
  const undefinedSum = add(sub(y, y), sub(x, x));
  const isUndefined = v128.or(
    v128.andNot(eq(size, c(1)), eq(sub(y, y), c(0))),
    v128.or(f64x2.ne(x, x), f64x2.ne(y, y)),
  );
  const checked = v128.select(add(c(NaN), undefinedSum), real, isUndefined);
  return v128.select(c(1), checked, eq(y, c(0)));
}
