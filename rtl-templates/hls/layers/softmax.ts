import type { Kernel, PlanLayer } from '../hls-layer.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

const parameters = text`
  const typename Layer::exp_t exp_table[1 << Layer::exp_bits],
               const typename Layer::inverse_t inverse_table[1 << Layer::inverse_bits]
`;

const kernel: Kernel = {
  name: 'softmax',
  about: text`
    Softmax of a vector by two tables, on differences to the largest element so that no exponential exceeds 1.

    Tables are addressed by the most significant bits of their argument's pattern.
  `,
  needs: [],
  common: text`
    template <class Layer>
    void softmax_of(const typename Layer::input_t x[Layer::size], typename Layer::output_t out[Layer::size],
               ${parameters}) {
      //@ inline
      typename Layer::input_t largest = x[0];
      //@ unroll
    find_largest:
      for (int i = 1; i < Layer::size; i++) {
        if (x[i] > largest) largest = x[i];
      }

      typename Layer::sum_t sum = 0;
      //@ registers
      typename Layer::exp_t exponential[Layer::size];
      //@ unroll
    exponentials:
      for (int i = 0; i < Layer::size; i++) {
        const typename Layer::difference_t difference = x[i] - largest;
        exponential[i] = exp_table[to_int(top_bits<Layer::exp_bits>(difference))];
        sum = sum + exponential[i];
      }

      const typename Layer::inverse_t inverse = inverse_table[to_int(top_bits<Layer::inverse_bits>(sum))];
      //@ unroll
    normalise:
      for (int i = 0; i < Layer::size; i++) {
        out[i] = exponential[i] * inverse;
      }
    }
  `,
  parallel: text`
    template <class Layer>
    void softmax(const typename Layer::input_t x[Layer::size], typename Layer::output_t out[Layer::size],
               ${parameters}) {
      //@ pipeline-function 1
      softmax_of<Layer>(x, out, exp_table, inverse_table);
    }
  `,
  stream: text`
    template <class Layer, class Source, class Sink>
    void softmax(Source &in, Sink &out,
               ${parameters}) {
      //@ registers
      typename Layer::input_t x[Layer::size];
      //@ pipeline 1
    beats:
      for (int at = 0; at < Layer::size; at += Layer::input_lanes) {
        const typename Layer::input_beat values = in.read();
        //@ unroll
        for (int lane = 0; lane < Layer::input_lanes; lane++) {
          x[at + lane] = values.lane[lane];
        }
      }
      typename Layer::output_beat result;
      softmax_of<Layer>(x, result.lane, exp_table, inverse_table);
      out.write(result);
    }
  `,
};

export const softmax: PlanLayer<'softmax'> = (layer, { input, constant }) => {
  const x = input(0);
  const [exp, inverse] = [constant(layer.expTable), constant(layer.inverseTable)];
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    numbers: {
      size: x.beats * x.lanes,
      exp_bits: Math.log2(exp.shape[0]),
      inverse_bits: Math.log2(inverse.shape[0]),
    },
    types: {
      difference: layer.difference,
      sum: exp.type,
      exp: storage(exp.type),
      inverse: storage(inverse.type),
    },
    constants: { exp_table: layer.expTable, inverse_table: layer.inverseTable },
  };
};
