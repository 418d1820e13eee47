import type { PlanLayer } from '../hls-layer.ts';
import { isMarked } from '../kernels/coordinates.ts';
import { cellLimit, sparsePoolKernel } from '../kernels/sparse-pool.ts';
import { text } from '../text.ts';

const about = text`
  Maximum pooling of kept pixels: the first slot of each cell gets the cell's largest feature, at least 0; the cell's
  other slots get 0.
`;

const published = sparsePoolKernel({
  name: 'sparse_max_pool2d',
  about,
  cellValue: 'largest_of_cell',
  common: text`
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
  marked: false,
});

const marked = sparsePoolKernel({
  name: 'sparse_max_pool2d_marked',
  about: text`
    ${about}

    Where all pixels of a cell were kept, none of the 0s of dropped pixels counts.
  `,
  cellValue: 'largest_of_marked_cell',
  common: text`
    template <class Layer>
    typename Layer::output_t largest_of_marked_cell(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                                                    const typename Layer::coordinate_t cells[2 * Layer::slots], int slot,
                                                    int channel) {
      //@ inline
      typename Layer::feature_t largest = features[slot * Layer::channels + channel];
      int members = 0;
      //@ unroll
      for (int other = 0; other < Layer::slots; other++) {
        if (same_place(cells, slot, other)) {
          const typename Layer::feature_t feature = features[other * Layer::channels + channel];
          if (feature > largest) largest = feature;
          members++;
        }
      }
      if (members < Layer::pool * Layer::pool && largest < 0) largest = 0;
      return largest;
    }
  `,
  marked: true,
});

export const sparseMaxPool2d: PlanLayer<'sparse-max-pool2d'> = (layer, { input }) => {
  const [slots, channels] = input(0).shape as [number, number];
  return {
    kernel: isMarked(layer) ? marked : published,
    inputs: ['feature', 'coordinate'],
    outputs: ['output', 'out_coordinate'],
    numbers: { slots, channels, pool: layer.pool, ...(isMarked(layer) ? cellLimit(layer.cells) : {}) },
  };
};
