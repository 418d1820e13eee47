/** Random events that a seed decides, from full images to nearly empty ones: sparse layers are about the latter. */
import { randomRaws } from '../../sim/evaluate/random-raws.ts';
import { type Event, eventOf } from '../../sim/import/vectors/index.ts';
import { elements, type Model } from '../../sim/model/index.ts';

const DENSITIES = [1, 0.3, 0.05, 0.01];

export function randomEvents(model: Model, count: number, seed: number): Event[] {
  return Array.from({ length: count }, (_, index) => {
    const density = DENSITIES[index % DENSITIES.length];
    const inputs = model.inputs.map((name, port) => {
      const { shape, type } = model.tensors[name];
      const own = seed + 2 * index + 7919 * port;
      const raws = randomRaws(own, elements(shape), type);
      const draws = randomRaws(own + 1, elements(shape), { ...type, signed: false, width: 16 });
      // The generator favours extremes, of which the lowest counts as below any density.
      const kept = raws.map((raw, at) => (density === 1 || Number(draws[at]) < density * 65536 ? raw : 0n));
      return [name, kept] as const;
    });
    return eventOf(`random ${seed}+${index}`, { inputs: Object.fromEntries(inputs) }, model);
  });
}
