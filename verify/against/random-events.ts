/** Random events that a seed decides, from full images to nearly empty ones: sparse layers are about the latter. */
import { randomRaws } from '../../sim/evaluate/random-raws.ts';
import type { Event } from '../../sim/import/vectors/index.ts';
import { elements, type Model } from '../../sim/model/index.ts';

const DENSITIES = [1, 0.3, 0.05, 0.01];

export function randomEvents(model: Model, count: number, seed: number): Event[] {
  const { shape, type } = model.tensors[model.inputs[0]];
  const size = elements(shape);
  return Array.from({ length: count }, (_, index) => {
    const raws = randomRaws(seed + 2 * index, size, type);
    const density = DENSITIES[index % DENSITIES.length];
    const draws = randomRaws(seed + 2 * index + 1, size, { ...type, signed: false, width: 16 });
    // The generator favours extremes, of which the lowest counts as below any density.
    const input = raws.map((raw, at) => (density === 1 || Number(draws[at]) < density * 65536 ? raw : 0n));
    return { id: `random ${seed}+${index}`, input };
  });
}
