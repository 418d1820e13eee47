/**
 * Elementary functions on two doubles at once, as WebAssembly SIMD.
 *
 * Argument reduction and polynomials follow fdlibm (Sun Microsystems, 1993: e_exp.c, e_log.c, k_sin.c, k_cos.c) and,
 * for tanh, Cephes (S. Moshier, tanh.c). Errors against Math stay within 2 units in the last place (4 for `power`
 * per unit of |y ln x|); vector-math.test.ts measures them. NaN in gives NaN out.
 */
import { f64, f64x2, i64x2, v128, type FunctionBuilder, type Instruction } from './wasm.ts';

const { add, sub, mul, div, abs, lt } = f64x2;
const c = (value: number): Instruction => f64x2.const(value);

/** 1.5 * 2^52: added to an integer below 2^51 it leaves that integer in the low bits of the sum. */
const integerBits = 6755399441055744;

/** a0 + x (a1 + x (a2 + …)) */
function polynomial(x: Instruction, coefficients: readonly number[]): Instruction {
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, a) => add(c(a), mul(x, sum)), c(coefficients[coefficients.length - 1]));
}

/** 2^k for integers -1022 <= k <= 1023, given as doubles. */
function powerOfTwo(k: Instruction): Instruction {
  return i64x2.shl(add(k, c(integerBits + 1023)), 52);
}

export function exponential(fn: FunctionBuilder, value: Instruction): Instruction {
  // Beyond these bounds the result is 0 or infinite; the scaling below gets there by itself.
  const x = fn.keep('v128', f64x2.max(f64x2.min(value, c(710.5)), c(-746)));
  const k = fn.keep('v128', f64x2.nearest(mul(x, c(1.4426950408889634))));
  const high = fn.keep('v128', sub(x, mul(k, c(0.6931471803691238))));
  const low = fn.keep('v128', mul(k, c(1.9082149292705877e-10)));
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

export function logarithm(fn: FunctionBuilder, value: Instruction): Instruction {
  const x = fn.keep('v128', value);
  const isSmall = fn.keep('v128', lt(x, c(2.2250738585072014e-308)));
  const normal = v128.select(mul(x, c(2 ** 54)), x, isSmall);
  const bits = fn.keep('v128', normal);
  // The mantissa lies in [sqrt(1/2), sqrt(2)) when the exponent is cut at the bits of sqrt(1/2).
  const shifted = fn.keep('v128', i64x2.sub(bits, i64x2.const(0x3fe6a09e, 0)));
  const biased = i64x2.shrUnsigned(i64x2.add(shifted, i64x2.const(0x40000000, 0)), 52);
  const exponent = sub(v128.or(biased, i64x2.const(0x43300000, 0)), c(2 ** 52 + 1024));
  const k = fn.keep('v128', sub(exponent, v128.and(c(54), isSmall)));
  const mantissa = i64x2.sub(bits, v128.and(shifted, i64x2.const(0xfff00000, 0)));
  const f = fn.keep('v128', sub(mantissa, c(1)));
  const s = fn.keep('v128', div(f, add(c(2), f)));
  const z = fn.keep('v128', mul(s, s));
  const w = fn.keep('v128', mul(z, z));
  const odd = mul(
    z,
    polynomial(w, [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586]),
  );
  const even = mul(w, polynomial(w, [0.3999999999940942, 0.22222198432149784, 0.15313837699209373]));
  const series = add(odd, even);
  const halfSquare = fn.keep('v128', mul(c(0.5), mul(f, f)));
  const tail = add(mul(s, add(halfSquare, series)), mul(k, c(1.9082149292705877e-10)));
  const y = fn.keep('v128', add(add(sub(tail, halfSquare), f), mul(k, c(0.6931471803691238))));
  const atZero = v128.select(c(-Infinity), y, f64x2.eq(x, c(0)));
  const atInfinity = v128.select(x, atZero, f64x2.eq(x, c(Infinity)));
  // Below 0, and for NaN, x >= 0 is false.
  return v128.select(atInfinity, c(NaN), f64x2.ge(x, c(0)));
}

/** Beyond this, multiples of pi are not subtracted precisely enough; `sinusoid` is for smaller angles only. */
export const largestAngle = 2 ** 20;

/**
 * Sine (phase 0) or cosine (phase 1): the angle is brought to within pi/2 of a zero by subtracting a multiple of pi/2
 * in two parts (fdlibm, e_rem_pio2.c), then one odd polynomial serves both (N. Shibata, SLEEF, sleefsimddp.c).
 */
export function sinusoid(fn: FunctionBuilder, value: Instruction, phase: 0 | 1): Instruction {
  const x = fn.keep('v128', value);
  const turns = mul(x, c(1 / Math.PI));
  const m = fn.keep('v128', f64x2.nearest(phase === 0 ? turns : sub(turns, c(0.5))));
  const parity = i64x2.shl(add(m, c(integerBits + phase)), 63);
  const doubled = add(m, m);
  const quarters = fn.keep('v128', phase === 0 ? doubled : add(doubled, c(1)));
  const r = fn.keep(
    'v128',
    sub(sub(x, mul(quarters, c(1.5707963267341256))), mul(quarters, c(6.077100506506192e-11))),
  );
  const z = fn.keep('v128', mul(r, r));
  const tail = polynomial(
    z,
    [
      -0.16666666666666666, 0.008333333333333333, -0.0001984126984126962, 2.7557319223919875e-6,
      -2.50521083763502e-8, 1.605904306056645e-10, -7.647122191181588e-13, 2.810099727108632e-15,
      -7.972559550090379e-18,
    ],
  );
  return v128.xor(add(r, mul(r, mul(z, tail))), parity);
}

export function hyperbolicTangent(fn: FunctionBuilder, value: Instruction): Instruction {
  const x = fn.keep('v128', value);
  const size = fn.keep('v128', abs(x));
  const z = fn.keep('v128', mul(x, x));
  const p = polynomial(z, [-1614.6876844170845, -99.28772310019185, -0.9643991794250523]);
  const q = polynomial(z, [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1]);
  const near = fn.keep('v128', add(x, mul(x, mul(z, div(p, q)))));
  const far = sub(c(1), div(c(2), add(exponential(fn, add(size, size)), c(1))));
  const signed = v128.or(far, v128.and(x, i64x2.const(0x80000000, 0)));
  return v128.select(near, signed, lt(size, c(0.625)));
}

/** x^y with the special cases of C's pow: integer y of negative x keeps the sign, other y gives NaN. */
export function power(fn: FunctionBuilder, base: Instruction, exponent: Instruction): Instruction {
  const x = fn.keep('v128', base);
  const y = fn.keep('v128', exponent);
  const size = fn.keep('v128', abs(x));
  const general = fn.keep('v128', exponential(fn, mul(y, logarithm(fn, size))));
  const isInteger = fn.keep('v128', f64x2.eq(f64x2.nearest(y), y));
  const halfY = fn.keep('v128', mul(y, c(0.5)));
  const isOdd = v128.andNot(isInteger, f64x2.eq(f64x2.nearest(halfY), halfY));
  const sign = v128.and(v128.and(x, i64x2.const(0x80000000, 0)), isOdd);
  const signed = fn.keep('v128', v128.xor(general, sign));
  const isNegative = lt(x, c(0));
  const real = v128.select(c(NaN), signed, v128.andNot(isNegative, isInteger));
  return v128.select(c(1), real, v128.or(f64x2.eq(y, c(0)), f64x2.eq(x, c(1))));
}

/** Sum of both lanes. */
export function lanesSum(fn: FunctionBuilder, value: Instruction): Instruction {
  const both = fn.keep('v128', value);
  return f64.add(f64x2.lane(0, both), f64x2.lane(1, both));
}
