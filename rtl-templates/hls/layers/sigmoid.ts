import { fixed, type FixedFormat } from 'fixed-point-ts';
import type { LayerOf } from '../../../sim/model/index.ts';
import type { LayerPlan, PlanContext } from '../hls-layer.ts';
import { elementwise } from '../kernels/elementwise.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

const kernel = elementwise(
  'table_lookup',
  text`
    A function by look-up: the table covers [-range, range) in \`entries\` steps, \`scale\` = entries / (2 range).

    The address is x scale cut towards zero, plus half the table, held at both ends.
  `,
  'table[table_address<Layer>(x)]',
  ', const typename Layer::table_t table[Layer::entries]',
  text`
    template <class Layer> int table_address(const typename Layer::input_t &x) {
      //@ inline
      const int half = Layer::entries / 2;
      const typename Layer::whole_t steps = x * Layer::scale;
      if (steps < -half) return 0;
      if (steps >= half) return Layer::entries - 1;
      return to_int(steps) + half;
    }
  `,
);

/** Sigmoid, and the other functions that hls4ml looks up by the same rule. */
export function sigmoid(
  layer: LayerOf<'sigmoid' | 'table-function'>,
  { input, constant }: PlanContext,
): LayerPlan {
  const x = input(0);
  const table = constant(layer.table);
  const entries = table.shape[0];
  const scale = entries / (2 * layer.range);
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { beats: x.beats, lanes: x.lanes, entries, scale },
    types: { table: storage(table.type), whole: wholeOf(x.type, scale, entries) },
    constants: { table: layer.table },
  };
}

/** A whole number, cut towards zero, that holds x scale for every x, and half the table. */
function wholeOf(x: FixedFormat, scale: number, entries: number): FixedFormat {
  const product = Math.max(x.integerBits, 0) + Math.ceil(Math.log2(scale)) + 2;
  const width = Math.max(product, Math.ceil(Math.log2(entries)) + 2);
  return fixed(width, width, 'TRN_ZERO');
}
