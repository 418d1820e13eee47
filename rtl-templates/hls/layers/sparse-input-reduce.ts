import { uint } from 'fixed-point-ts';
import type { Kernel, PlanLayer } from '../hls-layer.ts';
import { isMarked } from '../kernels/coordinates.ts';
import { text } from '../text.ts';

const EMPTY_SLOT = {
  'pixel 0': 'if (!first.found) features[slot * Layer::channels] = 0;',
  zero: text`
    if (!first.found) {
      //@ unroll
      for (int channel = 0; channel < Layer::channels; channel++) {
        features[slot * Layer::channels + channel] = 0;
      }
      coordinates[2 * slot] = 0;
      coordinates[2 * slot + 1] = 0;
    }
  `,
};
const EMPTY_BEAT = {
  'pixel 0': 'empty.lane[0] = 0;',
  zero: text`
    //@ unroll
    for (int channel = 0; channel < Layer::channels; channel++) {
      empty.lane[channel] = 0;
    }
  `,
};

/** How a slot that stays empty looks: by dialect like pixel 0 without its channel 0, or all 0. */
type Empty = 'pixel 0' | 'zero';

const reduceKernel = (name: string, empty: Empty): Kernel => ({
  name,
  about: text`
    Keeps the first \`slots\` active pixels in raster order; a pixel is active if its channel 0 is above the threshold.

    A slot that stays empty ${empty === 'zero' ? 'is 0, its coordinates too.' : 'has channel 0 = 0, coordinates (1, 1) and the other channels of pixel 0.'}
  `,
  needs: [],
  parallel: text`
    template <class Index> struct found_pixel {
      bool found;
      Index index;
    };

    // The first active pixel among \`size\` of them, by halves.
    template <class Index, int size> struct first_active {
      static found_pixel<Index> find(const bool active[], int from) {
        //@ inline
        const found_pixel<Index> left = first_active<Index, size / 2>::find(active, from);
        const found_pixel<Index> right = first_active<Index, size - size / 2>::find(active, from + size / 2);
        return left.found ? left : right;
      }
    };
    template <class Index> struct first_active<Index, 1> {
      static found_pixel<Index> find(const bool active[], int from) {
        //@ inline
        const found_pixel<Index> pixel = {active[from], Index(from)};
        return pixel;
      }
    };

    template <class Layer>
    void ${name}(const typename Layer::input_t image[Layer::pixels * Layer::channels],
                             typename Layer::feature_t features[Layer::slots * Layer::channels],
                             typename Layer::coordinate_t coordinates[2 * Layer::slots]) {
      typedef typename Layer::index_t index_t;
      //@ registers
      bool active[Layer::pixels];
      //@ unroll
    compare:
      for (int pixel = 0; pixel < Layer::pixels; pixel++) {
        active[pixel] = image[pixel * Layer::channels] > Layer::threshold();
      }

      //@ pipeline 1
    slots:
      for (int slot = 0; slot < Layer::slots; slot++) {
        const found_pixel<index_t> first = first_active<index_t, Layer::pixels>::find(active, 0);
        const int pixel = first.found ? to_int(first.index) : 0;
        //@ unroll
        for (int channel = 0; channel < Layer::channels; channel++) {
          features[slot * Layer::channels + channel] = image[pixel * Layer::channels + channel];
        }
        coordinates[2 * slot] = pixel / Layer::width + 1;
        coordinates[2 * slot + 1] = pixel % Layer::width + 1;
        ${EMPTY_SLOT[empty]}
        if (first.found) active[pixel] = false;
      }
    }
  `,
  stream: text`
    template <class Layer, class Source, class Features, class Coordinates>
    void ${name}(Source &image, Features &features, Coordinates &coordinates) {
      typename Layer::feature_beat empty;
      int kept = 0;
      int row = 1;
      int column = 1;
      //@ pipeline 1
    pixels:
      for (int pixel = 0; pixel < Layer::pixels; pixel++) {
        const typename Layer::input_beat values = image.read();
        typename Layer::feature_beat feature;
        //@ unroll
        for (int channel = 0; channel < Layer::channels; channel++) {
          feature.lane[channel] = values.lane[channel];
          ${empty === 'zero' ? '' : 'if (pixel == 0) empty.lane[channel] = values.lane[channel];'}
        }
        if (values.lane[0] > Layer::threshold() && kept < Layer::slots) {
          typename Layer::coordinate_beat place;
          place.lane[0] = row;
          place.lane[1] = column;
          features.write(feature);
          coordinates.write(place);
          kept++;
        }
        if (column == Layer::width) {
          column = 1;
          row++;
        } else {
          column++;
        }
      }

      ${EMPTY_BEAT[empty]}
      //@ pipeline 1
    fill:
      for (int slot = 0; slot < Layer::slots; slot++) {
        if (slot >= kept) {
          typename Layer::coordinate_beat place;
          place.lane[0] = ${empty === 'zero' ? 0 : 1};
          place.lane[1] = ${empty === 'zero' ? 0 : 1};
          features.write(empty);
          coordinates.write(place);
        }
      }
    }
  `,
});

const published = reduceKernel('sparse_input_reduce', 'pixel 0');
const marking = reduceKernel('sparse_input_reduce_marking', 'zero');

export const sparseInputReduce: PlanLayer<'sparse-input-reduce'> = (layer, { input, output }) => {
  const image = input(0);
  const [height, width, channels] = image.shape as [number, number, number];
  return {
    kernel: isMarked(layer) ? marking : published,
    inputs: ['input'],
    outputs: ['feature', 'coordinate'],
    numbers: { pixels: height * width, width, channels, slots: output(0).shape[0] },
    integers: { index: uint(layer.indexBits) },
    values: { threshold: { type: image.type, raw: layer.threshold } },
  };
};
