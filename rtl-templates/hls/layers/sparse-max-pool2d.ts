import type { PlanLayer } from '../hls-layer.ts';
import { sparsePoolKernel } from '../kernels/sparse-pool.ts';
import { text } from '../text.ts';

const kernel = sparsePoolKernel(
  'sparse_max_pool2d',
  text`
    Maximum pooling of kept pixels: the first slot of each cell gets the cell's largest feature, at least 0; the cell's
    other slots get 0.
  `,
  'largest_of_cell',
  text`
    template <class Layer>
    typename Layer::output_t largest_of_cell(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                                             const typename Layer::coordinate_t cells[2 * Layer::slots], int slot,
                                             int channel) {
      //@ inline
      typename Layer::feature_t largest = 0;
      //@ unroll
      for (int other = 0; other < Layer::slots; other++) {
        const typename Layer::feature_t feature = features[other * Layer::channels + channel];
        if (same_place(cells, slot, other) && feature > largest) largest = feature;
      }
      return largest;
    }
  `,
);

export const sparseMaxPool2d: PlanLayer<'sparse-max-pool2d'> = (layer, { input }) => {
  const [slots, channels] = input(0).shape as [number, number];
  return {
    kernel,
    inputs: ['feature', 'coordinate'],
    outputs: ['output', 'out_coordinate'],
    numbers: { slots, channels, pool: layer.pool },
  };
};
