import type { MakeKernel } from './kernel.ts';

/** One scan over channel 0 that stops at the last slot filled. */
export const sparseInputReduce: MakeKernel<'sparse-input-reduce'> = (layer, { inputs, outputs }) => {
  const image = inputs[0].raw;
  const [, width, channels] = inputs[0].shape as [number, number, number];
  const [features, coordinates] = [outputs[0].raw, outputs[1].raw];
  const slots = outputs[0].shape[0];
  const pixels = image.length / channels;
  const threshold = Number(layer.threshold);
  const isPackage = layer.dialect === 'sparsepixels-0.3.2';

  return () => {
    let slot = 0;
    for (let index = 0; slot < slots; index++) {
      if (channels === 1) {
        // by far the most common case, and the loop in which a sparse network spends most of its time
        // four at a time: most pixels of a detector image are below the threshold
        while (
          index + 3 < pixels &&
          !(
            image[index] > threshold ||
            image[index + 1] > threshold ||
            image[index + 2] > threshold ||
            image[index + 3] > threshold
          )
        )
          index += 4;
        while (index < pixels && image[index] <= threshold) index++;
      } else {
        while (index < pixels && image[index * channels] <= threshold) index++;
      }
      if (index >= pixels) break;
      const at = index * channels;
      const row = Math.floor(index / width);
      coordinates[2 * slot] = row + 1;
      coordinates[2 * slot + 1] = index - row * width + 1;
      for (let channel = 0; channel < channels; channel++) {
        features[slot * channels + channel] = image[at + channel]!;
      }
      slot++;
    }
    if (isPackage) {
      features.fill(0, slot * channels);
      coordinates.fill(0, 2 * slot);
      return;
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
