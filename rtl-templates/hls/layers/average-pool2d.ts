import { int, uint } from 'fixed-point-ts';
import type { PlanLayer } from '../hls-layer.ts';
import { isPadded, windowKernel, windowNumbers } from '../kernels/window.ts';
import { text } from '../text.ts';

/** hls4ml up to 1.0.0: values are assigned one by one, their sum is exact. */
const exactSum = windowKernel({
  name: 'average_pool2d',
  about: text`
    The mean of each channel in the window: values assigned to the accumulator's type, their exact sum divided by the
    window's size, cut towards zero at the accumulator's resolution, then assigned to the output type.
  `,
  needs: [],
  common: text`
    template <class Layer>
    typename Layer::accumulator_t mean_of(
        const typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels], int channel) {
      //@ inline
      const int size = Layer::window_rows * Layer::window_columns;
      typename Layer::sum_t sum = 0;
      //@ unroll
      for (int pixel = 0; pixel < size; pixel++) {
        const typename Layer::accumulator_t value = view[pixel * Layer::channels + channel];
        sum = sum + pattern<typename Layer::pattern_t>(value);
      }
      const typename Layer::pattern_t mean = sum / size;
      return of_pattern<typename Layer::accumulator_t>(mean);
    }
  `,
  visit: text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      result[channel] = mean_of<Layer>(view, channel);
    }
  `,
  pipeline: '//@ pipeline 1',
});

/** hls4ml 1.3.0: every partial sum is assigned to the accumulator's type. */
const assignedSum = windowKernel({
  name: 'average_pool2d_stepwise',
  about: text`
    The mean of each channel in the window: every partial sum is assigned to the accumulator's type; the last is divided
    by the window's size, cut towards zero at the accumulator's resolution, then assigned to the output type.
  `,
  needs: [],
  common: text`
    template <class Layer>
    typename Layer::accumulator_t stepwise_mean_of(
        const typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels], int channel) {
      //@ inline
      const int size = Layer::window_rows * Layer::window_columns;
      typename Layer::accumulator_t sum = 0;
      //@ unroll
      for (int pixel = 0; pixel < size; pixel++) {
        sum = sum + view[pixel * Layer::channels + channel];
      }
      const typename Layer::sum_t total = pattern<typename Layer::pattern_t>(sum);
      const typename Layer::pattern_t mean = total / size;
      return of_pattern<typename Layer::accumulator_t>(mean);
    }
  `,
  visit: text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      result[channel] = stepwise_mean_of<Layer>(view, channel);
    }
  `,
  pipeline: '//@ pipeline 1',
});

/** As {@link assignedSum}, where windows reach beyond the image. */
const insideOnly = windowKernel({
  name: 'average_pool2d_padded',
  about: text`
    The mean of each channel over those pixels of the window that lie inside the image: every partial sum is assigned to the
    accumulator's type; the last is divided by their number, cut towards zero at the accumulator's resolution.
  `,
  needs: [],
  common: text`
    template <class Layer>
    typename Layer::accumulator_t mean_inside(
        const typename Layer::input_t view[Layer::window_rows * Layer::window_columns * Layer::channels], int top, int left,
        int channel) {
      //@ inline
      typename Layer::accumulator_t sum = 0;
      int count = 0;
      //@ unroll
      for (int pixel = 0; pixel < Layer::window_rows * Layer::window_columns; pixel++) {
        if (inside_image<Layer>(top, left, pixel)) {
          sum = sum + view[pixel * Layer::channels + channel];
          count++;
        }
      }
      const typename Layer::sum_t total = pattern<typename Layer::pattern_t>(sum);
      const typename Layer::pattern_t mean = total / count;
      return of_pattern<typename Layer::accumulator_t>(mean);
    }
  `,
  visit: text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      result[channel] = mean_inside<Layer>(view, top, left, channel);
    }
  `,
  places: true,
  pipeline: '//@ pipeline 1',
});

export const averagePool2d: PlanLayer<'average-pool2d'> = (layer, { input, output }) => {
  const { accumulator, window } = layer;
  const integer = accumulator.signed ? int : uint;
  const growth = Math.ceil(Math.log2(window[0] * window[1])) + 1;
  return {
    kernel: isPadded(layer) ? insideOnly : layer.dialect === 'hls4ml-1.3.0' ? assignedSum : exactSum,
    inputs: ['input'],
    outputs: ['output'],
    numbers: { ...windowNumbers(layer, input(0), output(0)), filters: output(0).lanes },
    types: { accumulator },
    integers: { pattern: integer(accumulator.width), sum: integer(accumulator.width + growth) },
  };
};
