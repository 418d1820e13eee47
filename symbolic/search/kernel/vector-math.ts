/**
 * Sine, cosine and powers of two doubles at once, as WebAssembly SIMD: the search's versions, which trade the last
 * bits of those in `symbolic/expression/wasm` for speed.
 *
 * Errors against Math stay within 2 units in the last place (for `power`, 4 per unit of |y ln x|); vector-math.test.ts
 * measures them. NaN in gives NaN out.
 */
import {
  f64,
  f64x2,
  i64x2,
  v128,
  type FunctionBuilder,
  type Instruction,
} from '../../expression/wasm/assembler.ts';
import {
  exponential,
  integerBits,
  logarithm,
  polynomial,
  signBit,
} from '../../expression/wasm/vector-functions.ts';

const { add, sub, mul, abs, lt } = f64x2;
const c = (value: number): Instruction => f64x2.const(value);

/**
 * Sine (phase 0) or cosine (phase 1) of angles up to `largestAngle`: the angle is brought to within pi/2 of a zero by
 * subtracting a multiple of pi/2 in two parts (fdlibm, e_rem_pio2.c), then one odd polynomial serves both (N. Shibata,
 * SLEEF, sleefsimddp.c).
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

/** x^y with the special cases of C's pow: integer y of negative x keeps the sign, other y gives NaN. */
export function power(fn: FunctionBuilder, base: Instruction, exponent: Instruction): Instruction {
  const x = fn.keep('v128', base);
  const y = fn.keep('v128', exponent);
  const size = fn.keep('v128', abs(x));
  const general = fn.keep('v128', exponential(fn, mul(y, logarithm(fn, size))));
  const isInteger = fn.keep('v128', f64x2.eq(f64x2.nearest(y), y));
  const halfY = fn.keep('v128', mul(y, c(0.5)));
  const isOdd = v128.andNot(isInteger, f64x2.eq(f64x2.nearest(halfY), halfY));
  const sign = v128.and(v128.and(x, signBit), isOdd);
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
