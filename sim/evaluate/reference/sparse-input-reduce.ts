import type { Kernel } from './kernel.ts';

/**
 * An empty slot of SparsePixels 0.2.1 has channel 0 = 0, coordinates (1, 1) and the other channels of pixel 0; in the
 * package's dialect it is all 0.
 */
export const sparseInputReduce: Kernel<'sparse-input-reduce'> = (layer, { inputs, outputs }) => {
  const [image] = inputs;
  const [, width, channels] = image.shape as [number, number, number];
  const slots = outputs[0].shape[0];
  const pixel = (index: number) => image.raw.slice(index * channels, (index + 1) * channels);

  const active: number[] = [];
  for (let index = 0; index * channels < image.raw.length && active.length < slots; index++) {
    if (pixel(index)[0] > layer.threshold) active.push(index);
  }

  const features: bigint[] = [];
  const coordinates: bigint[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const index = active[slot];
    if (index === undefined && layer.dialect === 'sparsepixels-0.3.2') {
      features.push(...Array.from({ length: channels }, () => 0n));
      coordinates.push(0n, 0n);
      continue;
    }
    const values = pixel(index ?? 0);
    if (index === undefined) values[0] = 0n;
    features.push(...values);
    coordinates.push(BigInt(Math.floor((index ?? 0) / width) + 1), BigInt(((index ?? 0) % width) + 1));
  }
  return [features, coordinates];
};
