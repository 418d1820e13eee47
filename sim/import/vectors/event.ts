/** One event to run: the raw integers of the Model's inputs, and what somebody else recorded for it. */
import { InputError, type Model } from '../../model/index.ts';

type Arrays = Readonly<Record<string, readonly bigint[]>>;

export interface Event {
  readonly id: string;
  /** Raw integers of the Model's first input. */
  readonly input: readonly bigint[];
  /** Those of its further inputs, by tensor name. */
  readonly furtherInputs?: Arrays;
  /** Recorded raw values of the Model's first output. */
  readonly expected?: readonly bigint[];
  /** Recorded raw arrays of other tensors by name: further outputs, and intermediate arrays. */
  readonly layers?: Arrays;
}

/** All inputs of an event by tensor name. @throws InputError `VEC012` if it gives one input too few */
export function inputValues({ id, input, furtherInputs }: Event, { inputs }: Pick<Model, 'inputs'>): Arrays {
  const values = { ...furtherInputs, [inputs[0]]: input };
  const missing = inputs.find((name) => values[name] === undefined);
  if (missing === undefined) return values;
  throw new InputError({
    code: 'VEC012',
    field: `event ${id}`,
    what: `gives nothing for the input '${missing}' of a model of ${inputs.length} inputs`,
    mend: `give all of ${inputs.join(', ')} by name, in a .npz archive or as {"inputs": {...}} in JSON`,
  });
}

/** All that was recorded of an event, by tensor name; undefined if nothing was. */
export function recordedValues(
  { expected, layers }: Event,
  { outputs }: Pick<Model, 'outputs'>,
): Arrays | undefined {
  if (!expected && !layers) return undefined;
  return { ...layers, ...(expected ? { [outputs[0]]: expected } : {}) };
}

/** An event of arrays by tensor name: those of the Model's inputs, and whatever was recorded. */
export function eventOf(
  id: string,
  arrays: { readonly inputs: Arrays; readonly recorded?: Arrays },
  { inputs, outputs }: Pick<Model, 'inputs' | 'outputs'>,
): Event {
  const { [inputs[0]]: input, ...furtherInputs } = arrays.inputs;
  const { [outputs[0]]: expected, ...layers } = arrays.recorded ?? {};
  return {
    id,
    input,
    ...(Object.keys(furtherInputs).length === 0 ? {} : { furtherInputs }),
    ...(expected === undefined ? {} : { expected }),
    ...(Object.keys(layers).length === 0 ? {} : { layers }),
  };
}
