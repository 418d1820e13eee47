import type { MakeKernel } from './kernel.ts';

export const sparseFlatten: MakeKernel<'sparse-flatten'> = ({ width }, { inputs, outputs }) => {
  const [features, places, out] = [inputs[0].raw, inputs[1].raw, outputs[0].raw];
  const [slots, channels] = inputs[0].shape as [number, number];
  return () => {
    out.fill(0);
    for (let slot = 0; slot < slots; slot++) {
      if (places[2 * slot] === 0) continue;
      const base = ((places[2 * slot] - 1) * width + places[2 * slot + 1] - 1) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const feature = features[slot * channels + channel];
        if (feature !== 0) out[base + channel] = feature;
      }
    }
  };
};
