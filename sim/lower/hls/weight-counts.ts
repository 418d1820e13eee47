/** What constant weights come down to in hardware; expected values where the weights are unknown. */
import type { Constant } from '../../model/index.ts';
import { recodedDigits } from './recoded-digits.ts';

/**
 * Products of a weight with an input are made once for each input and value: outputs share them.
 */
export interface WeightCounts {
  readonly inputs: number;
  readonly outputs: number;
  /** Weights that are not 0: terms of the sums. */
  readonly terms: number;
  /** Bits of all products: input bits + magnitude bits, summed over the terms. */
  readonly productBits: number;
  /** Shared products by constants of one digit that are negative. */
  readonly negations: number;
  /** Bits of the shared products that are a shift and one addition. */
  readonly shiftAddBits: number;
  /** Shared products that need a multiplier: three or more recoded digits. */
  readonly multipliers: number;
  /** Additions inside the shared products up to a shift, were all made of LUTs: recoded digits - 1. */
  readonly digitAdditions: number;
}

export function countWeights(weights: Constant, inputBits: number): WeightCounts {
  const outputs = weights.shape.at(-1)!;
  const inputs = weights.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return weights.raw === null
    ? expected(inputs, outputs, weights.type.width, inputBits)
    : counted(weights.raw.map(Number), inputs, outputs, inputBits);
}

function counted(raw: readonly number[], inputs: number, outputs: number, inputBits: number): WeightCounts {
  let terms = 0;
  let productBits = 0;
  let negations = 0;
  let shiftAddBits = 0;
  let multipliers = 0;
  let digitAdditions = 0;
  for (let input = 0; input < inputs; input++) {
    const shared = new Set<number>();
    const upToShift = new Set<number>();
    for (let output = 0; output < outputs; output++) {
      const weight = raw[input * outputs + output];
      if (weight === 0) continue;
      terms++;
      productBits += inputBits + magnitudeBits(weight);
      shared.add(weight);
      upToShift.add(oddPart(weight));
    }
    for (const weight of shared) {
      const digits = recodedDigits(weight);
      if (digits === 1 && weight < 0) negations++;
      if (digits === 2) shiftAddBits += inputBits + magnitudeBits(weight);
      if (digits > 2) multipliers++;
    }
    for (const weight of upToShift) digitAdditions += recodedDigits(weight) - 1;
  }
  return { inputs, outputs, terms, productBits, negations, shiftAddBits, multipliers, digitAdditions };
}

/** Weights drawn evenly from their type. */
function expected(inputs: number, outputs: number, bits: number, inputBits: number): WeightCounts {
  const values = 2 ** bits;
  // Chance that one value stands among the weights of an input.
  const present = 1 - (1 - 1 / values) ** outputs;
  const sum = { negations: 0, shiftAddBits: 0, multipliers: 0, digitAdditions: 0, magnitude: 0 };
  const step = Math.max(1, values / 2 ** 14);
  const byOdd = new Map<number, number>();
  for (let value = -values / 2; value < values / 2; value += step) {
    if (value === 0) continue;
    const digits = recodedDigits(value);
    if (digits === 1 && value < 0) sum.negations += step;
    if (digits === 2) sum.shiftAddBits += step * (inputBits + magnitudeBits(value));
    if (digits > 2) sum.multipliers += step;
    byOdd.set(oddPart(value), (byOdd.get(oddPart(value)) ?? 0) + step);
    sum.magnitude += step * magnitudeBits(value);
  }
  for (const [odd, count] of byOdd) {
    sum.digitAdditions +=
      (1 - (1 - count / values) ** outputs) * Math.max(1, step / 2) * (recodedDigits(odd) - 1);
  }
  const terms = inputs * outputs * (1 - 1 / values);
  return {
    inputs,
    outputs,
    terms,
    productBits: terms * (inputBits + sum.magnitude / (values - 1)),
    negations: inputs * present * sum.negations,
    shiftAddBits: inputs * present * sum.shiftAddBits,
    multipliers: inputs * present * sum.multipliers,
    digitAdditions: inputs * sum.digitAdditions,
  };
}

function magnitudeBits(value: number): number {
  return Math.floor(Math.log2(Math.abs(value))) + 1;
}

function oddPart(value: number): number {
  let odd = Math.abs(value);
  while (odd % 2 === 0) odd /= 2;
  return odd;
}
