import type { PlanLayer } from '../hls-layer.ts';
import { refusePadding, windowKernel, windowNumbers } from '../kernels/window.ts';
import { text } from '../text.ts';

const kernel = windowKernel({
  name: 'max_pool2d',
  about: 'The largest value of each channel in the window.',
  needs: [],
  common: text`
    template <class Layer>
    typename Layer::input_t largest_of(
        const typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels], int channel) {
      //@ inline
      typename Layer::input_t largest = view[channel];
      //@ unroll
      for (int pixel = 1; pixel < Layer::window_rows * Layer::window_columns; pixel++) {
        const typename Layer::input_t value = view[pixel * Layer::channels + channel];
        if (value > largest) largest = value;
      }
      return largest;
    }
  `,
  visit: text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      result[channel] = largest_of<Layer>(view, channel);
    }
  `,
  pipeline: '//@ pipeline 1',
});

export const maxPool2d: PlanLayer<'max-pool2d'> = (layer, { input, output }) => {
  refusePadding(layer);
  return {
    kernel,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { ...windowNumbers(layer, input(0), output(0)), filters: output(0).lanes },
  };
};
