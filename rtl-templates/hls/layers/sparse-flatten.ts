import type { Kernel, PlanLayer } from '../hls-layer.ts';
import { readSlots } from '../kernels/coordinates.ts';
import { text } from '../text.ts';

const common = text`
  // Where each slot goes: the place of its pixel in row-major order.
  template <class Layer>
  void places_of(const typename Layer::coordinate_t coordinates[2 * Layer::slots], int places[Layer::slots]) {
    //@ inline
    //@ unroll
    for (int slot = 0; slot < Layer::slots; slot++) {
      places[slot] = (to_int(coordinates[2 * slot]) - 1) * Layer::width + to_int(coordinates[2 * slot + 1]) - 1;
    }
  }

  // The value at one place: the last feature there that is not 0, or 0.
  template <class Layer>
  typename Layer::output_t value_at(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                                    const int places[Layer::slots], int place, int channel) {
    //@ inline
    typename Layer::output_t value = 0;
    //@ unroll
    for (int slot = 0; slot < Layer::slots; slot++) {
      const typename Layer::feature_t feature = features[slot * Layer::channels + channel];
      if (places[slot] == place && feature != 0) value = feature;
    }
    return value;
  }
`;

const kernel: Kernel = {
  name: 'sparse_flatten',
  about: 'Kept pixels to a dense image in row-major order; all other places are 0.',
  needs: [],
  common,
  parallel: text`
    template <class Layer>
    void sparse_flatten(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                        const typename Layer::coordinate_t coordinates[2 * Layer::slots],
                        typename Layer::output_t out[Layer::places * Layer::channels]) {
      //@ pipeline-function 1
      //@ registers
      int places[Layer::slots];
      places_of<Layer>(coordinates, places);
      //@ unroll
    places:
      for (int place = 0; place < Layer::places; place++) {
        //@ unroll
        for (int channel = 0; channel < Layer::channels; channel++) {
          out[place * Layer::channels + channel] = value_at<Layer>(features, places, place, channel);
        }
      }
    }
  `,
  stream: text`
    template <class Layer, class Features, class Coordinates, class Sink>
    void sparse_flatten(Features &features_in, Coordinates &coordinates_in, Sink &out) {
      ${readSlots}
      //@ registers
      int places[Layer::slots];
      places_of<Layer>(coordinates, places);
      //@ pipeline 1
    places:
      for (int place = 0; place < Layer::places; place++) {
        typename Layer::output_beat values;
        //@ unroll
        for (int channel = 0; channel < Layer::channels; channel++) {
          values.lane[channel] = value_at<Layer>(features, places, place, channel);
        }
        out.write(values);
      }
    }
  `,
};

export const sparseFlatten: PlanLayer<'sparse-flatten'> = (layer, { input }) => {
  const [slots, channels] = input(0).shape as [number, number];
  return {
    kernel,
    inputs: ['feature', 'coordinate'],
    outputs: ['output'],
    numbers: { slots, channels, width: layer.width, places: layer.height * layer.width },
  };
};
