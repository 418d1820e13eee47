/** The contract of every evaluator: the same Model and inputs give the same raw integers in every tensor. */
import { elements, InputError, type Model } from '../model/index.ts';

/** Raw integers of tensors by name, each row-major. */
export type Values = Readonly<Record<string, readonly bigint[]>>;

export interface Evaluator {
  readonly name: 'reference' | 'compiled';
  /**
   * Makes a function from the Model's inputs to all of its tensors, inputs included.
   * @throws InputError `EVA001` if a constant is unknown, `EVA002` if this evaluator cannot hold a type
   */
  prepare(model: Model): (inputs: Values) => Values;
}

/** Refuses a Model with unknown constants: it can be estimated but not evaluated. @throws InputError `EVA001` */
export function needConstants(model: Model): void {
  for (const [name, { raw }] of Object.entries(model.constants)) {
    if (raw === null) {
      const what = 'its values are unknown: the Model can be estimated but not evaluated';
      throw new InputError({ code: 'EVA001', field: `constants.${name}`, what });
    }
  }
}

/** The values of a Model's input. @throws InputError `EVA003` unless they are as many as its shape says */
export function inputValues(model: Model, inputs: Values, name: string): readonly bigint[] {
  const values = inputs[name];
  const wanted = elements(model.tensors[name].shape);
  if (values?.length === wanted) return values;
  throw new InputError({
    code: 'EVA003',
    field: name,
    what: `the input has ${values?.length ?? 'no'} values, the Model takes ${wanted}`,
  });
}
