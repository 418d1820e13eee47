import type { Kernel } from './kernel.ts';

/** Non-zero features to their places in order of slots, so the last of two on one place stays; zeros never overwrite. */
export const sparseFlatten: Kernel<'sparse-flatten'> = (layer, { inputs, outputs }) => {
  const [features, coordinates] = inputs;
  const [slots, channels] = features.shape as [number, number];
  const out = Array.from({ length: outputs[0].shape[0] }, () => 0n);
  for (let slot = 0; slot < slots; slot++) {
    const row = Number(coordinates.raw[2 * slot]) - 1;
    const column = Number(coordinates.raw[2 * slot + 1]) - 1;
    if (row < 0) continue;
    for (let channel = 0; channel < channels; channel++) {
      const feature = features.raw[slot * channels + channel];
      if (feature !== 0n) out[(row * layer.width + column) * channels + channel] = feature;
    }
  }
  return [out];
};
