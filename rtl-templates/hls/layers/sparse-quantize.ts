import type { Kernel, PlanLayer } from '../hls-layer.ts';
import { text } from '../text.ts';
import { typesByElement } from './quantize.ts';

const rounded = text`
  // A feature in the type that its place in the image has; 0 where a slot holds no pixel.
  template <class Layer>
  typename Layer::output_t rounded_at(const typename Layer::feature_t &x, int row, int column, int channel) {
    //@ inline
    typename Layer::output_t result = 0;
    if (row > 0) result = Layer::rounded(((row - 1) * Layer::width + column - 1) * Layer::channels + channel, x);
    return result;
  }
`;

const kernel: Kernel = {
  name: 'sparse_quantize',
  about:
    'Each feature of a kept pixel assigned to the type that its place in the image has, then to the output type.',
  needs: [],
  common: rounded,
  parallel: text`
    template <class Layer>
    void sparse_quantize(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                         const typename Layer::coordinate_t coordinates[2 * Layer::slots],
                         typename Layer::output_t out[Layer::slots * Layer::channels]) {
      //@ pipeline 1
    slots:
      for (int slot = 0; slot < Layer::slots; slot++) {
        const int row = to_int(coordinates[2 * slot]);
        const int column = to_int(coordinates[2 * slot + 1]);
        //@ unroll
        for (int channel = 0; channel < Layer::channels; channel++) {
          const int at = slot * Layer::channels + channel;
          out[at] = rounded_at<Layer>(features[at], row, column, channel);
        }
      }
    }
  `,
  stream: text`
    template <class Layer, class Features, class Coordinates, class Sink>
    void sparse_quantize(Features &features_in, Coordinates &coordinates_in, Sink &out) {
      //@ pipeline 1
    slots:
      for (int slot = 0; slot < Layer::slots; slot++) {
        const typename Layer::feature_beat values = features_in.read();
        const typename Layer::coordinate_beat place = coordinates_in.read();
        typename Layer::output_beat result;
        //@ unroll
        for (int channel = 0; channel < Layer::channels; channel++) {
          result.lane[channel] = rounded_at<Layer>(values.lane[channel], to_int(place.lane[0]), to_int(place.lane[1]), channel);
        }
        out.write(result);
      }
    }
  `,
};

export const sparseQuantize: PlanLayer<'sparse-quantize'> = (layer, { input }) => {
  const [slots, channels] = input(0).shape as [number, number];
  return {
    kernel,
    inputs: ['feature', 'coordinate'],
    outputs: ['output'],
    numbers: { slots, channels, width: layer.width },
    ...typesByElement(layer),
  };
};
