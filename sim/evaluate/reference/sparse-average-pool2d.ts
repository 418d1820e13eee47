import { add, assign, assigned, exact, multiply, ZERO } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { cells, leaving, pooledCoordinates } from './sparse-pool.ts';

/** SparsePixels 0.2.1: sum over the cell in slot order, assigned at every addition, times 1/pool twice. */
export const sparseAveragePool2d: Kernel<'sparse-average-pool2d'> = (layer, { inputs, outputs }) => {
  const [features, coordinates] = inputs;
  const channels = features.shape[1];
  const reciprocal = exact(layer.reciprocal.raw, layer.reciprocal.type);
  const pooled = pooledCoordinates(coordinates, layer.pool, layer.cells);
  const members = cells(pooled);

  const out = members.flatMap((own) =>
    Array.from({ length: channels }, (_, channel) => {
      let sum = ZERO;
      for (const slot of own ?? []) {
        const feature = exact(features.raw[slot * channels + channel], features.type);
        sum = assigned(add(sum, feature), layer.accumulator);
      }
      return assign(multiply(multiply(sum, reciprocal), reciprocal), outputs[0].type);
    }),
  );
  return [out, leaving(pooled, members, layer.dialect)];
};
