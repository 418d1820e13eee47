import { assign, assigned, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

export const sparseQuantize: Kernel<'sparse-quantize'> = (layer, { inputs, outputs }) => {
  const [features, coordinates] = inputs;
  const channels = features.shape[1];
  const out = features.raw.map((raw, at) => {
    const slot = Math.floor(at / channels);
    const [row, column] = [Number(coordinates.raw[2 * slot]), Number(coordinates.raw[2 * slot + 1])];
    if (row === 0) return 0n;
    const which = layer.assignment[((row - 1) * layer.width + column - 1) * channels + (at % channels)];
    return which < 0 ? 0n : assign(assigned(exact(raw, features.type), layer.types[which]), outputs[0].type);
  });
  return [out];
};
