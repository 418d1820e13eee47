import { expect, test } from 'vitest';
import { erf, erfc, logGamma, lowerGammaRatio, upperGammaRatio } from './special-functions.ts';

// Values to 30 digits by mpmath 1.3 (mp.dps = 30), rounded to the nearest double.
test.each([
  ['erf(0.5)', erf(0.5), 0.5204998778130465],
  ['erf(-1.2)', erf(-1.2), -0.9103139782296353],
  ['erf(1e-8)', erf(1e-8), 1.1283791670955126e-8],
  ['erf(3.9)', erf(3.9), 0.9999999652077514],
  ['erfc(0.5)', erfc(0.5), 0.4795001221869535],
  ['erfc(3)', erfc(3), 2.209049699858544e-5],
  ['erfc(10)', erfc(10), 2.088487583762545e-45],
  ['erfc(-2)', erfc(-2), 1.9953222650189528],
  ['ln gamma(0.5)', logGamma(0.5), 0.5723649429247001],
  ['ln gamma(10.25)', logGamma(10.25), 13.368023671476045],
  ['ln gamma(1234.5)', logGamma(1234.5), 7550.550901077895],
  ['P(2.5, 1.5)', lowerGammaRatio(2.5, 1.5), 0.3000141641213725],
  ['Q(2.5, 1.5)', upperGammaRatio(2.5, 1.5), 0.6999858358786275],
  ['Q(50, 80)', upperGammaRatio(50, 80), 0.00013078397659141034],
])('%s', (_, actual, expected) => {
  expect(Math.abs(actual / expected - 1)).toBeLessThan(3e-13);
});
