/** What sparse kernels share of coordinates: [slot][row, column], counted from 1. */
import type { Kernel } from '../hls-layer.ts';
import { text } from '../text.ts';

const both = text`
  // Whether two slots stand at the same place.
  template <class Coordinate> bool same_place(const Coordinate coordinates[], int a, int b) {
    //@ inline
    return coordinates[2 * a] == coordinates[2 * b] && coordinates[2 * a + 1] == coordinates[2 * b + 1];
  }

  // Whether no slot before this one stands at its place.
  template <class Layer> bool is_first_of_place(const typename Layer::coordinate_t coordinates[2 * Layer::slots], int slot) {
    //@ inline
    bool first = true;
    //@ unroll
    for (int other = 0; other < Layer::slots; other++) {
      if (other < slot && same_place(coordinates, other, slot)) first = false;
    }
    return first;
  }

  // The pooling cell of each slot; cells are counted from 1 like pixels.
  template <class Layer>
  void pool_coordinates(const typename Layer::coordinate_t pixels[2 * Layer::slots],
                        typename Layer::coordinate_t cells[2 * Layer::slots]) {
    //@ inline
    //@ unroll
    for (int at = 0; at < 2 * Layer::slots; at++) {
      cells[at] = (to_int(pixels[at]) - 1) / Layer::pool + 1;
    }
  }
`;

export const coordinates: Kernel = {
  name: 'coordinates',
  about: 'Coordinates of kept pixels: row and column of each slot, counted from 1.',
  needs: [],
  parallel: both,
  stream: both,
};

/** Stream form: reads the beats of features and coordinates into arrays, a slot at a time. */
export const readSlots = text`
  //@ registers
  typename Layer::feature_t features[Layer::slots * Layer::channels];
  //@ registers
  typename Layer::coordinate_t coordinates[2 * Layer::slots];
  //@ pipeline 1
  load:
  for (int slot = 0; slot < Layer::slots; slot++) {
    const typename Layer::feature_beat values = features_in.read();
    const typename Layer::coordinate_beat place = coordinates_in.read();
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      features[slot * Layer::channels + channel] = values.lane[channel];
    }
    coordinates[2 * slot] = place.lane[0];
    coordinates[2 * slot + 1] = place.lane[1];
  }
`;
