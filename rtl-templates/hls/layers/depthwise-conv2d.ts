import type { PlanLayer } from '../hls-layer.ts';
import { windowKernel, windowNumbers } from '../kernels/window.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

const kernel = windowKernel({
  name: 'depthwise_conv2d',
  about: [
    'Cross-correlation of each channel by itself: bias, then every product assigned to the accumulator and added in it,',
    'in row-major order of the window.',
  ].join('\n'),
  needs: [],
  parameters: text`
    ,
              const typename Layer::weight_t weights[Layer::window_rows * Layer::window_columns * Layer::channels],
              const typename Layer::bias_t bias[Layer::channels]
  `,
  common: text`
    template <class Layer>
    typename Layer::accumulator_t channel_sum(
        const typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels],
        const typename Layer::weight_t weights[Layer::window_rows * Layer::window_columns * Layer::channels],
        const typename Layer::bias_t bias[Layer::channels], int channel) {
      //@ inline
      typename Layer::accumulator_t sum = bias[channel];
      //@ unroll
      for (int tap = 0; tap < Layer::window_rows * Layer::window_columns; tap++) {
        const int at = tap * Layer::channels + channel;
        const typename Layer::accumulator_t product = view[at] * weights[at];
        sum = sum + product;
      }
      return sum;
    }
  `,
  visit: text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      result[channel] = channel_sum<Layer>(view, weights, bias, channel);
    }
  `,
  pipeline: '//@ pipeline Layer::reuse',
});

export const depthwiseConv2d: PlanLayer<'depthwise-conv2d'> = (
  layer,
  { input, output, constant, choices },
) => ({
  kernel,
  inputs: ['input'],
  outputs: ['output'],
  numbers: {
    ...windowNumbers(layer, input(0), output(0)),
    filters: output(0).lanes,
    reuse: choices.reuseFactor,
  },
  types: {
    weight: storage(constant(layer.weights).type),
    bias: storage(constant(layer.bias).type),
    accumulator: layer.accumulator,
  },
  constants: { weights: layer.weights, bias: layer.bias },
});
