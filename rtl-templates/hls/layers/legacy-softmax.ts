import { fixed, ufixed } from 'fixed-point-ts';
import type { PlanLayer } from '../hls-layer.ts';
import { sliceKernel, sliceNumbers } from '../kernels/slices.ts';
import { wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { bitsFor, storage } from '../literal.ts';
import { text } from '../text.ts';

const tables = text`
  const typename Layer::exp_t exp_table[Layer::exp_entries], const typename Layer::inverse_t inverse_table[Layer::inverse_entries]
`;

const kernel = sliceKernel({
  name: 'legacy_softmax',
  about: text`
    Softmax along an axis as 1 / sum over j of exp(x[j] - x[i]): exponentials from a table over [-8, 8), the reciprocal from one
    over [0, 64). Addresses are cut towards zero and held at both ends.
  `,
  parameters: `, ${tables}`,
  given: ', exp_table, inverse_table',
  common: text`
    template <class Whole> int held(const Whole &steps, int shift, int entries) {
      //@ inline
      if (steps < -shift) return 0;
      if (steps >= entries - shift) return entries - 1;
      return to_int(steps) + shift;
    }

    template <class Layer>
    void legacy_softmax_of(const typename Layer::input_t slice[Layer::size], typename Layer::output_t result[Layer::size], ${tables}) {
      //@ inline
      //@ unroll
      for (int i = 0; i < Layer::size; i++) {
        typename Layer::sum_t sum = 0;
        //@ unroll
        for (int j = 0; j < Layer::size; j++) {
          const typename Layer::exp_whole_t steps = (slice[j] - slice[i]) * Layer::exp_scale();
          typename Layer::sum_t term = 1;
          if (i != j) term = exp_table[held(steps, Layer::exp_entries / 2, Layer::exp_entries)];
          sum = sum + term;
        }
        const typename Layer::sum_whole_t steps = sum * Layer::inverse_scale();
        result[i] = inverse_table[held(steps, 0, Layer::inverse_entries)];
      }
    }
  `,
});

export const legacySoftmax: PlanLayer<'legacy-softmax'> = (layer, context) => {
  const [exp, inverse] = [context.constant(layer.expTable), context.constant(layer.inverseTable)];
  const [expEntries, inverseEntries] = [exp.shape[0], inverse.shape[0]];
  const whole = (integerBits: number, entries: number) => {
    const width = Math.max(integerBits, 0) + bitsFor(entries) + 3;
    return fixed(width, width, 'TRN_ZERO');
  };
  const scale = (entries: number, fraction: number) => {
    const width = bitsFor(entries);
    return { type: ufixed(width, width - fraction), raw: BigInt(entries) };
  };
  return wholeTensorPlan(kernel, context, 1, {
    numbers: { ...sliceNumbers(layer.slices), exp_entries: expEntries, inverse_entries: inverseEntries },
    types: {
      sum: layer.sum,
      exp: storage(exp.type),
      inverse: storage(inverse.type),
      exp_whole: whole(context.input(0).type.integerBits + 1, expEntries),
      sum_whole: whole(layer.sum.integerBits, inverseEntries),
    },
    values: { exp_scale: scale(expEntries, 4), inverse_scale: scale(inverseEntries, 6) },
    constants: { exp_table: layer.expTable, inverse_table: layer.inverseTable },
  });
};
