/** sums[j] = bias[j] + sum over i of x[i] weights[i][j]: the arithmetic of dense layers and convolutions. */
import type { Kernel } from '../hls-layer.ts';
import { text } from '../text.ts';

const SIGNATURE = text`
  (const typename Layer::input_t x[Layer::terms],
       const typename Layer::weight_t weights[Layer::terms * Layer::sums],
       const typename Layer::bias_t bias[Layer::sums], typename Layer::output_t out[Layer::sums]) {
`;

const parallelLatency = text`
  template <class Layer>
  void weighted_sum_latency${SIGNATURE}
    //@ inline
    //@ partition weights
    //@ partition bias
    //@ multipliers Layer::multipliers
    typedef typename Layer::accumulator_t accumulator_t;
    //@ registers
    accumulator_t sum[Layer::sums];

    //@ unroll
  start:
    for (int j = 0; j < Layer::sums; j++) {
      sum[j] = bias[j];
    }

    //@ unroll
  terms:
    for (int i = 0; i < Layer::terms; i++) {
      //@ unroll
      for (int j = 0; j < Layer::sums; j++) {
        const accumulator_t product = x[i] * weights[i * Layer::sums + j];
        sum[j] = sum[j] + product;
      }
    }

    //@ unroll
  finish:
    for (int j = 0; j < Layer::sums; j++) {
      out[j] = sum[j];
    }
  }
`;

export const weightedSumLatency: Kernel = {
  name: 'weighted_sum_latency',
  about: text`
    sums[j] = bias[j] + sum over i of x[i] weights[i][j], every product with a multiplier of its own (or one shared
    by \`reuse\` products, where the caller's loop allows it).

    Every product and every partial sum is assigned to the accumulator's type, in the order of i.
  `,
  needs: [],
  parallel: parallelLatency,
  stream: parallelLatency,
};

const parallelResource = text`
  template <class Layer>
  void weighted_sum_resource${SIGNATURE}
    //@ words weights Layer::multipliers
    typedef typename Layer::accumulator_t accumulator_t;
    //@ registers
    accumulator_t sum[Layer::sums];

    //@ unroll
  start:
    for (int j = 0; j < Layer::sums; j++) {
      sum[j] = bias[j];
    }

  inputs:
    for (int first_input = 0; first_input < Layer::terms; first_input += Layer::inputs_per_cycle) {
      //@ pipeline 1
    sums:
      for (int first_sum = 0; first_sum < Layer::sums; first_sum += Layer::sums_per_cycle) {
        //@ unroll
        for (int lane = 0; lane < Layer::inputs_per_cycle; lane++) {
          const int i = first_input + lane;
          //@ unroll
          for (int offset = 0; offset < Layer::sums_per_cycle; offset++) {
            const int j = first_sum + offset;
            if (i < Layer::terms && j < Layer::sums) {
              const accumulator_t product = x[i] * weights[i * Layer::sums + j];
              sum[j] = sum[j] + product;
            }
          }
        }
      }
    }

    //@ unroll
  finish:
    for (int j = 0; j < Layer::sums; j++) {
      out[j] = sum[j];
    }
  }
`;

export const weightedSumResource: Kernel = {
  name: 'weighted_sum_resource',
  about: text`
    sums[j] = bias[j] + sum over i of x[i] weights[i][j], with inputs_per_cycle x sums_per_cycle multipliers that work
    through the weights in one pipelined loop; weights of one cycle lie in one memory word.

    Every product and every partial sum is assigned to the accumulator's type, in the order of i.
  `,
  needs: [],
  parallel: parallelResource,
  stream: parallelResource,
};

/** How `terms` x `sums` products are spread over cycles by a reuse factor: whole inputs first, then groups of sums. */
export interface Sharing {
  readonly inputsPerCycle: number;
  readonly sumsPerCycle: number;
  readonly multipliers: number;
  readonly cycles: number;
}

/**
 * The sharing with the fewest multipliers that takes at most max(reuse, 1) cycles, or one multiplier if reuse is
 * larger than the number of products.
 */
export function share(terms: number, sums: number, reuse: number): Sharing {
  if (reuse <= terms) {
    const inputsPerCycle = Math.ceil(terms / reuse);
    const cycles = Math.ceil(terms / inputsPerCycle);
    return { inputsPerCycle, sumsPerCycle: sums, multipliers: inputsPerCycle * sums, cycles };
  }
  const groups = Math.min(sums, Math.floor(reuse / terms));
  const sumsPerCycle = Math.ceil(sums / groups);
  const cycles = terms * Math.ceil(sums / sumsPerCycle);
  return { inputsPerCycle: 1, sumsPerCycle, multipliers: sumsPerCycle, cycles };
}
