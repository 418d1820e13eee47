import { fixed } from 'fixed-point-ts';
import type { PlanLayer } from '../hls-layer.ts';
import { elementwise } from '../kernels/elementwise.ts';
import { bitsFor, storage } from '../literal.ts';
import { text } from '../text.ts';

const kernel = elementwise(
  'elu',
  text`
    x times one factor where it is not negative; elsewhere a table over [-8, 0] times another. \`scale\` is -entries / 8; the
    address is x scale cut towards zero, held at the end.
  `,
  'exponential_unit<Layer>(x, table)',
  ', const typename Layer::table_t table[Layer::entries]',
  text`
    template <class Layer>
    typename Layer::output_t exponential_unit(const typename Layer::input_t &x,
                                              const typename Layer::table_t table[Layer::entries]) {
      //@ inline
      const typename Layer::whole_t steps = x * Layer::scale();
      int address = Layer::entries - 1;
      if (steps < 0) address = 0;
      if (steps >= 0 && steps < Layer::entries) address = to_int(steps);
      typename Layer::output_t result = x * Layer::positive();
      if (x < 0) result = table[address] * Layer::negative();
      return result;
    }
  `,
);

export const elu: PlanLayer<'elu'> = ({ table: name, positive, negative }, { input, constant }) => {
  const x = input(0);
  const table = constant(name);
  const entries = table.shape[0];
  const scaleBits = bitsFor(entries) + 1;
  const whole = Math.max(x.type.integerBits, 0) + scaleBits + 2;
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { beats: x.beats, lanes: x.lanes, entries },
    types: { table: storage(table.type), whole: fixed(whole, whole, 'TRN_ZERO') },
    values: { positive, negative, scale: { type: fixed(scaleBits, scaleBits - 3), raw: -BigInt(entries) } },
    constants: { table: name },
  };
};
