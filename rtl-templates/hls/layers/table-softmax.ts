import type { PlanLayer } from '../hls-layer.ts';
import { sliceKernel, sliceNumbers } from '../kernels/slices.ts';
import { wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

const tables = text`
  const typename Layer::exp_t exp_table[1 << Layer::exp_bits], const typename Layer::inverse_t inverse_table[1 << Layer::inverse_bits]
`;

const kernel = sliceKernel({
  name: 'table_softmax',
  about: [
    'Softmax along an axis by two tables, addressed by the most significant bits of their argument; the exponentials are',
    'summed in a balanced tree whose left part is the largest power of two below the count.',
  ].join('\n'),
  parameters: `, ${tables}`,
  given: ', exp_table, inverse_table',
  common: text`
    // The largest power of two below n.
    constexpr int left_part(int n) { return n <= 2 ? 1 : 2 * left_part((n + 1) / 2); }

    template <class Sum, int count> struct tree_sum {
      static Sum of(const Sum values[]) {
        //@ inline
        const Sum left = tree_sum<Sum, left_part(count)>::of(values);
        const Sum right = tree_sum<Sum, count - left_part(count)>::of(values + left_part(count));
        return left + right;
      }
    };
    template <class Sum> struct tree_sum<Sum, 1> {
      static Sum of(const Sum values[]) { return values[0]; }
    };

    template <class Layer>
    void table_softmax_of(const typename Layer::input_t slice[Layer::size], typename Layer::output_t result[Layer::size], ${tables}) {
      //@ inline
      typedef typename Layer::accumulator_t accumulator_t;
      typename Layer::input_t largest = slice[0];
      //@ unroll
      for (int i = 1; i < Layer::size; i++) {
        if (slice[i] > largest) largest = slice[i];
      }
      //@ registers
      accumulator_t exponential[Layer::size];
      //@ unroll
      for (int i = 0; i < Layer::size; i++) {
        typename Layer::address_t address = slice[i];
        if (Layer::subtract_largest) address = largest - slice[i];
        exponential[i] = exp_table[to_int(top_bits<Layer::exp_bits>(address))];
      }
      const typename Layer::inverse_address_t sum = tree_sum<accumulator_t, Layer::size>::of(exponential);
      const typename Layer::inverse_t inverse = inverse_table[to_int(top_bits<Layer::inverse_bits>(sum))];
      //@ unroll
      for (int i = 0; i < Layer::size; i++) {
        result[i] = exponential[i] * inverse;
      }
    }
  `,
});

export const tableSoftmax: PlanLayer<'table-softmax'> = (layer, context) => {
  const [exp, inverse] = [context.constant(layer.expTable), context.constant(layer.inverseTable)];
  return wholeTensorPlan(kernel, context, 1, {
    numbers: {
      ...sliceNumbers(layer.slices),
      exp_bits: Math.log2(exp.shape[0]),
      inverse_bits: Math.log2(inverse.shape[0]),
      subtract_largest: layer.subtractLargest ? 1 : 0,
    },
    types: {
      address: layer.address,
      accumulator: layer.accumulator,
      inverse_address: layer.inverseAddress,
      exp: storage(exp.type),
      inverse: storage(inverse.type),
    },
    constants: { exp_table: layer.expTable, inverse_table: layer.inverseTable },
  });
};
