import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { cells, leaving, pooledCoordinates } from './sparse-pool.ts';

/** The largest feature of the cell in its first slot; at least 0, unless (by dialect) no pixel of the cell was dropped. */
export const sparseMaxPool2d: Kernel<'sparse-max-pool2d'> = (layer, { inputs, outputs }) => {
  const [features, coordinates] = inputs;
  const channels = features.shape[1];
  const pooled = pooledCoordinates(coordinates, layer.pool, layer.cells);
  const members = cells(pooled);
  const whole = layer.dialect === 'sparsepixels-0.3.2' ? layer.pool ** 2 : Infinity;

  const out = members.flatMap((own) =>
    Array.from({ length: channels }, (_, channel) => {
      const raws = (own ?? []).map((slot) => features.raw[slot * channels + channel]);
      const largest = raws.reduce((a, b) => (a > b ? a : b), raws.length >= whole ? raws[0] : 0n);
      return assign(exact(largest, features.type), outputs[0].type);
    }),
  );
  return [out, leaving(pooled, members, layer.dialect)];
};
