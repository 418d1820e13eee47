/**
 * Elementary functions in fixed point with 256 fraction bits, from their series alone: the oracle of the vector
 * functions' tests, slow and obvious.
 */
import { rationalFromNumber } from '../rational.ts';

const bits = 256n;
const one = 1n << bits;

export function toFixed(value: number): bigint {
  const { numerator, denominator } = rationalFromNumber(value);
  return (numerator << bits) / denominator;
}

const multiply = (a: bigint, b: bigint): bigint => (a * b) >> bits;

/** e^x for |x| up to some hundreds: e^(x / 2^k) by Taylor's series, squared k times. */
export function exactExp(x: bigint): bigint {
  const guard = 64n;
  let term = one << guard;
  let sum = term;
  const small = (x << guard) >> 12n;
  for (let n = 1n; term !== 0n; n++) {
    term = (term * small) / ((one << guard) * n);
    sum += term;
  }
  for (let i = 0; i < 12; i++) sum = (sum * sum) >> (bits + guard);
  return sum >> guard;
}

/** ln x for x above 0: 2 artanh((m - 1) / (m + 1)) + k ln 2 with x = 2^k m. */
export function exactLog(x: bigint): bigint {
  let k = 0n;
  while (x >= 2n * one) {
    x >>= 1n;
    k++;
  }
  while (x < one) {
    x <<= 1n;
    k--;
  }
  return 2n * artanh(((x - one) << bits) / (x + one)) + k * 2n * artanh(one / 3n);
}

function artanh(s: bigint): bigint {
  const square = multiply(s, s);
  let power = s;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = multiply(power, square);
  }
  return sum;
}

/** Machin's formula. */
const pi = (() => {
  const arctan = (inverse: bigint): bigint => {
    let power = one / inverse;
    let sum = 0n;
    for (let n = 1n; power !== 0n; n += 2n) {
      sum += n % 4n === 1n ? power / n : -(power / n);
      power /= inverse * inverse;
    }
    return sum;
  };
  return 4n * (4n * arctan(5n) - arctan(239n));
})();

/** sin x: reduced to within pi of 0, then Taylor's series. */
export function exactSin(x: bigint): bigint {
  const turns = (x + (x < 0n ? -pi : pi)) / (2n * pi);
  const r = x - turns * 2n * pi;
  let term = r;
  let sum = 0n;
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term;
    term = -multiply(multiply(term, r), r) / ((n + 1n) * (n + 2n));
  }
  return sum;
}

export function exactCos(x: bigint): bigint {
  return exactSin(x + pi / 2n);
}

/** Distance of a double from an exact value, in units in the double's last place. */
export function errorInUlps(actual: number, exact: bigint): number {
  const magnitude = Math.abs(actual);
  const unit = magnitude < 2 ** -1022 ? 2 ** -1074 : 2 ** (Math.floor(Math.log2(magnitude)) - 52);
  const difference = toFixed(actual) - exact;
  return Math.abs(Number(difference) / Number(toFixed(unit)));
}
