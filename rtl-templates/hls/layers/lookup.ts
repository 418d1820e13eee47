import { uint } from 'fixed-point-ts';
import type { PlanLayer } from '../hls-layer.ts';
import { elementwise } from '../kernels/elementwise.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

const kernel = elementwise(
  'lookup',
  'A table with an entry for every value of x: its bit pattern is the address.',
  'entry_of<Layer>(x, table)',
  ', const typename Layer::entry_t table[Layer::entries]',
  text`
    template <class Layer>
    typename Layer::output_t entry_of(const typename Layer::input_t &x, const typename Layer::entry_t table[Layer::entries]) {
      //@ inline
      return table[to_int(pattern<typename Layer::address_t>(x))];
    }
  `,
);

export const lookup: PlanLayer<'lookup'> = (layer, { input, constant }) => {
  const { beats, lanes, type } = input(0);
  const table = constant(layer.table);
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { beats, lanes, entries: table.shape[0] },
    types: { entry: storage(table.type) },
    integers: { address: uint(type.width) },
    constants: { table: layer.table },
  };
};
