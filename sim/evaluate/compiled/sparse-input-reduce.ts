import type { MakeKernel } from './kernel.ts';

/** One scan over channel 0 that stops at the last slot filled. */
export const sparseInputReduce: MakeKernel<'sparse-input-reduce'> = (layer, { inputs, outputs }) => {
  const image = inputs[0]!.raw;
  const [, width, channels] = inputs[0]!.shape as [number, number, number];
  const [features, coordinates] = [outputs[0]!.raw, outputs[1]!.raw];
  const slots = outputs[0]!.shape[0]!;
  const threshold = Number(layer.threshold);

  return () => {
    let slot = 0;
    for (let at = 0; at < image.length && slot < slots; at += channels) {
      if (image[at]! <= threshold) continue;
      const index = at / channels;
      const row = Math.floor(index / width);
      coordinates[2 * slot] = row + 1;
      coordinates[2 * slot + 1] = index - row * width + 1;
      for (let channel = 0; channel < channels; channel++) {
        features[slot * channels + channel] = image[at + channel]!;
      }
      slot++;
    }
    for (; slot < slots; slot++) {
      coordinates[2 * slot] = 1;
      coordinates[2 * slot + 1] = 1;
      features[slot * channels] = 0;
      for (let channel = 1; channel < channels; channel++)
        features[slot * channels + channel] = image[channel]!;
    }
  };
};
