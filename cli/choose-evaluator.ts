/** The evaluator a command asked for, or the compiled one with the reference as its stand-in for wide Models. */
import { type Evaluator, evaluators, type Values } from '../sim/evaluate/index.ts';
import { InputError, type Model } from '../sim/model/index.ts';

export const EVALUATOR_OPTION = '--evaluator <name>';
export const EVALUATOR_HELP =
  'reference (BigInt, slow, obvious) or compiled (typed arrays); default compiled where it is exact';

export interface PreparedEvaluator {
  readonly name: Evaluator['name'];
  readonly evaluate: (inputs: Values) => Values;
}

/** @throws InputError `CLI003` (no such evaluator), `EVA001`, `EVA002` */
export function chooseEvaluator(model: Model, name: string | undefined): PreparedEvaluator {
  if (name === undefined) {
    try {
      return chooseEvaluator(model, 'compiled');
    } catch (error) {
      if (error instanceof InputError && error.problem.code === 'EVA002')
        return chooseEvaluator(model, 'reference');
      throw error;
    }
  }
  const evaluator = evaluators.find((candidate) => candidate.name === name);
  if (evaluator) return { name: evaluator.name, evaluate: evaluator.prepare(model) };
  const known = evaluators.map((candidate) => candidate.name).join(', ');
  throw new InputError({
    code: 'CLI003',
    field: '--evaluator',
    what: `there is no evaluator '${name}'`,
    mend: `use one of: ${known}`,
  });
}
