/** What sparse kernels share of coordinates: [slot][row, column], counted from 1. */
import type { Dialect } from '../../../sim/model/index.ts';
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

/**
 * Whether a layer's dialect marks slots without a pixel by the coordinates (0, 0): SparsePixels 0.3.2's own layers do, its
 * 0.2.1 kernels do not.
 */
export function isMarked({ dialect }: { readonly dialect: Dialect }): boolean {
  return dialect === 'sparsepixels-0.3.2';
}

const marked = text`
  // The pooling cell of each slot; a slot at (0, 0) stays there, and one beyond the last cell goes there.
  template <class Layer>
  void pool_marked_coordinates(const typename Layer::coordinate_t pixels[2 * Layer::slots],
                               typename Layer::coordinate_t cells[2 * Layer::slots]) {
    //@ inline
    //@ unroll
    for (int slot = 0; slot < Layer::slots; slot++) {
      const int row = (to_int(pixels[2 * slot]) + Layer::pool - 1) / Layer::pool;
      const int column = (to_int(pixels[2 * slot + 1]) + Layer::pool - 1) / Layer::pool;
      const bool inside = row <= Layer::cell_rows && column <= Layer::cell_columns;
      cells[2 * slot] = inside ? row : 0;
      cells[2 * slot + 1] = inside ? column : 0;
    }
  }
`;

export const markedCoordinates: Kernel = {
  name: 'marked_coordinates',
  about: 'Pooling cells of kept pixels, where slots without a pixel stand at (0, 0).',
  needs: [],
  parallel: marked,
  stream: marked,
};

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
