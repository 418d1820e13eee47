import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { cells, pooledCoordinates } from './sparse-pool.ts';

/** The largest feature of the cell, at least 0, in the cell's first slot. */
export const sparseMaxPool2d: Kernel<'sparse-max-pool2d'> = (layer, { inputs, outputs }) => {
  const [features, coordinates] = inputs;
  const channels = features.shape[1];
  const pooled = pooledCoordinates(coordinates, layer.pool);

  const out = cells(pooled).flatMap((members) =>
    Array.from({ length: channels }, (_, channel) => {
      const raws = (members ?? []).map((slot) => features.raw[slot * channels + channel]);
      const largest = raws.reduce((a, b) => (a > b ? a : b), 0n);
      return assign(exact(largest, features.type), outputs[0].type);
    }),
  );
  return [out, pooled];
};
