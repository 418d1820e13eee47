/**
 * Model -> Network: our hardware for any Model. A sparse network is one region, to which the image comes as a whole or row
 * by row; a dense one is a stream of pixels.
 */
import { InputError, type Model } from '../../model/index.ts';
import { schedule, sizeOf, ULTRASCALE_PLUS, verifySchedule } from '../../pipeline/circuit/index.ts';
import { type Network, NetworkBuilder } from '../../pipeline/network/index.ts';
import { type HardwareChoices, hardwareChoices, type HardwareMapping, type ImageInput } from './choices.ts';
import { lowerSparse } from './lower-sparse.ts';
import { lowerStream, type StreamChoices } from './stream/index.ts';

export type NetworkChoices = HardwareChoices | StreamChoices;

/** Products that dense layers behind a stream make in a cycle. */
const PRODUCTS: Readonly<Record<HardwareMapping, number>> = { fast: 64, small: 16 };

export function isSparse(model: Model): boolean {
  return model.layers.some(({ kind }) => kind === 'sparse-input-reduce');
}

/** @throws InputError `HWD001` if the image of a dense network shall come row by row */
export function networkChoices(
  model: Model,
  mapping: HardwareMapping,
  clockNs = 5,
  { input = 'wide' }: { readonly input?: ImageInput } = {},
): NetworkChoices {
  if (isSparse(model)) {
    const choices = hardwareChoices(model, mapping, clockNs);
    return input === 'wide' ? choices : { ...choices, input };
  }
  if (input !== 'wide') {
    const what = `the Model '${model.name}' is dense: its image comes pixel by pixel`;
    throw new InputError({ code: 'HWD001', field: 'input', what });
  }
  return { name: mapping, clockNs, productsPerCycle: PRODUCTS[mapping] };
}

/**
 * @throws InputError `HWD001`, `HWD002` if a layer has no hardware here, `HWD003` if constants are unknown
 * @throws ScheduleError if the clock is too fast
 */
export function lowerNetwork(model: Model, choices: NetworkChoices): Network {
  if ('productsPerCycle' in choices) return lowerStream(model, choices);
  const scheduled = schedule(lowerSparse(model, choices), choices.clockNs, ULTRASCALE_PLUS);
  verifySchedule(scheduled);
  const n = new NetworkBuilder(model.name);
  const layers = model.layers.map(({ name }) => name);
  const { inputs, inputBeats } = scheduled.circuit;
  const image = n.input(
    inputs.map(({ shape, range }) => ({ count: sizeOf(shape), range })),
    inputBeats,
  );
  return n.finish(n.region(model.name, image, scheduled, { layers }));
}
