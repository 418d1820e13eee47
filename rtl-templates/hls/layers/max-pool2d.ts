import type { PlanLayer } from '../hls-layer.ts';
import { isPadded, windowKernel, windowNumbers } from '../kernels/window.ts';
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

/** Pixels beyond the image never win. */
const padded = windowKernel({
  name: 'max_pool2d_padded',
  about: 'The largest value of each channel among those pixels of the window that lie inside the image.',
  needs: [],
  common: text`
    template <class Layer>
    typename Layer::input_t largest_inside(
        const typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels], int top, int left,
        int channel) {
      //@ inline
      typename Layer::input_t largest = 0;
      bool found = false;
      //@ unroll
      for (int pixel = 0; pixel < Layer::window_rows * Layer::window_columns; pixel++) {
        const typename Layer::input_t value = view[pixel * Layer::channels + channel];
        if (inside_image<Layer>(top, left, pixel) && (!found || value > largest)) {
          largest = value;
          found = true;
        }
      }
      return largest;
    }
  `,
  visit: text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      result[channel] = largest_inside<Layer>(view, top, left, channel);
    }
  `,
  places: true,
  pipeline: '//@ pipeline 1',
});

export const maxPool2d: PlanLayer<'max-pool2d'> = (layer, { input, output }) => ({
  kernel: isPadded(layer) ? padded : kernel,
  inputs: ['input'],
  outputs: ['output'],
  numbers: { ...windowNumbers(layer, input(0), output(0)), filters: output(0).lanes },
});
