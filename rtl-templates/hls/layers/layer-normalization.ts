import { fixed, ufixed } from 'fixed-point-ts';
import type { PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { bitsFor, storage } from '../literal.ts';
import { text } from '../text.ts';

const kernel = wholeTensorKernel({
  name: 'layer_normalization',
  about: text`
    Each row less its mean, times the inverse root of its variance from a table, times scale, plus shift.

    Sums, mean, differences and variance are assigned to the accumulator's type at every step. The table's address is
    variance x address_scale cut towards zero, held at both ends.
  `,
  inputs: 1,
  parameters: text`
    ,
              const typename Layer::entry_t table[Layer::entries],
              const typename Layer::scale_t scale[Layer::features],
              const typename Layer::shift_t shift[Layer::features]
  `,
  common: text`
    template <class Layer> int inverse_root_address(const typename Layer::accumulator_t &variance) {
      //@ inline
      const typename Layer::whole_t steps = variance * Layer::address_scale();
      if (steps < 0) return 0;
      if (steps >= Layer::entries) return Layer::entries - 1;
      return to_int(steps);
    }
  `,
  body: text`
    typedef typename Layer::accumulator_t accumulator_t;
    //@ pipeline Layer::reuse
    rows:
    for (int row = 0; row < Layer::rows; row++) {
      accumulator_t sum = 0;
      //@ unroll
      for (int i = 0; i < Layer::features; i++) {
        const accumulator_t value = x[row * Layer::features + i];
        sum = sum + value;
      }
      const accumulator_t mean = sum * Layer::inverse_count();

      //@ registers
      accumulator_t difference[Layer::features];
      accumulator_t squares = 0;
      //@ unroll
      for (int i = 0; i < Layer::features; i++) {
        const accumulator_t value = x[row * Layer::features + i];
        difference[i] = value - mean;
        const accumulator_t square = difference[i] * difference[i];
        squares = squares + square;
      }
      const accumulator_t variance = squares * Layer::inverse_count();

      const typename Layer::entry_t inverse_root = table[inverse_root_address<Layer>(variance)];
      //@ unroll
      for (int i = 0; i < Layer::features; i++) {
        out[row * Layer::features + i] = difference[i] * inverse_root * scale[i] + shift[i];
      }
    }
  `,
});

export const layerNormalization: PlanLayer<'layer-normalization'> = (layer, context) => {
  const [rows, features] = context.input(0).shape;
  const [table, scale, shift] = [layer.table, layer.scale, layer.shift].map(context.constant);
  const addressScale = BigInt(table.shape[0]) << BigInt(layer.rangePower);
  const scaleBits = addressScale.toString(2).length;
  const whole = Math.max(layer.accumulator.integerBits, 0) + scaleBits + 1;
  const width = Math.max(whole, bitsFor(table.shape[0]) + 2);
  return wholeTensorPlan(kernel, context, 1, {
    numbers: { rows, features, entries: table.shape[0], reuse: context.choices.reuseFactor },
    types: {
      accumulator: layer.accumulator,
      entry: storage(table.type),
      scale: storage(scale.type),
      shift: storage(shift.type),
      whole: fixed(width, width, 'TRN_ZERO'),
    },
    values: {
      inverse_count: layer.inverseCount,
      address_scale: { type: ufixed(scaleBits, scaleBits), raw: addressScale },
    },
    constants: { table: layer.table, scale: layer.scale, shift: layer.shift },
  });
};
