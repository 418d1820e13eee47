import type { PlanLayer } from '../hls-layer.ts';
import { isMarked } from '../kernels/coordinates.ts';
import { cellLimit, sparsePoolKernel } from '../kernels/sparse-pool.ts';
import { text } from '../text.ts';

const about = text`
    Average pooling of kept pixels: the first slot of each cell gets the cell's sum times the reciprocal of the pool
    size, once for rows and once for columns; the cell's other slots get 0.

    The sum is assigned to the accumulator's type at every addition, the product once to the output type.
  `;

const common = text`
    template <class Layer>
    typename Layer::output_t mean_of_cell(const typename Layer::feature_t features[Layer::slots * Layer::channels],
                                          const typename Layer::coordinate_t cells[2 * Layer::slots], int slot,
                                          int channel) {
      //@ inline
      typename Layer::accumulator_t sum = 0;
      //@ unroll
      for (int other = 0; other < Layer::slots; other++) {
        if (same_place(cells, slot, other)) sum = sum + features[other * Layer::channels + channel];
      }
      return sum * Layer::reciprocal() * Layer::reciprocal();
    }
  `;

const shared = { about, common, cellValue: 'mean_of_cell' };
const published = sparsePoolKernel({ ...shared, name: 'sparse_average_pool2d', marked: false });
const marked = sparsePoolKernel({ ...shared, name: 'sparse_average_pool2d_marked', marked: true });

export const sparseAveragePool2d: PlanLayer<'sparse-average-pool2d'> = (layer, { input }) => {
  const [slots, channels] = input(0).shape as [number, number];
  return {
    kernel: isMarked(layer) ? marked : published,
    inputs: ['feature', 'coordinate'],
    outputs: ['output', 'out_coordinate'],
    numbers: { slots, channels, pool: layer.pool, ...(isMarked(layer) ? cellLimit(layer.cells) : {}) },
    types: { accumulator: layer.accumulator },
    values: { reciprocal: layer.reciprocal },
  };
};
