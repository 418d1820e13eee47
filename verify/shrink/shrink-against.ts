/** Shrinks an event on which an oracle differs from the reference interpreter. */
import { evaluators, type Values } from '../../sim/evaluate/index.ts';
import { type Event, inputValues } from '../../sim/import/vectors/index.ts';
import { InputError, type Model } from '../../sim/model/index.ts';
import { type Oracle, type OracleContext, OracleFailure, type Subject } from '../oracles/index.ts';
import { type Case, shrink } from './shrink.ts';

export type Shrunk =
  | { readonly kind: 'shrunk'; readonly small: Case; readonly tried: number }
  | { readonly kind: 'not-shrunk'; readonly why: string };

/**
 * @param tries  most candidates to try (300)
 * A candidate that the oracle cannot build or run does not count as different.
 */
export async function shrinkAgainst(
  oracle: Oracle,
  { model, mapping }: Subject,
  event: Event,
  context: OracleContext,
  tries?: number,
): Promise<Shrunk> {
  if (!oracle.canBisect) {
    return {
      kind: 'not-shrunk',
      why: `${oracle.name} has results of this model alone, none of a smaller one`,
    };
  }
  const reference = evaluators.find(({ name }) => name === 'reference')!;
  const differs = async (candidate: Case): Promise<boolean> => {
    if (context.signal.aborted) return false;
    try {
      const prepared = await oracle.prepare({ model: candidate.model, mapping }, context);
      const right = reference.prepare(candidate.model)(inputValues(candidate.event, candidate.model));
      for await (const { values } of prepared.run([candidate.event], 'outputs'))
        return !sameOutputs(candidate.model, right, values);
      return false;
    } catch (error) {
      if (error instanceof OracleFailure || error instanceof InputError) return false;
      throw error;
    }
  };
  if (!(await differs({ model, event }))) {
    const why = `on event ${event.id}, run alone, ${oracle.name} gives what the reference interpreter gives: it is the baseline that differs`;
    return { kind: 'not-shrunk', why };
  }
  const {
    model: smallModel,
    event: smallEvent,
    tried,
  } = await shrink({ model, event }, { differs, ...(tries === undefined ? {} : { tries }) });
  return { kind: 'shrunk', small: { model: smallModel, event: smallEvent }, tried };
}

function sameOutputs({ outputs }: Model, right: Values, got: Values): boolean {
  return outputs.every((name) => right[name].every((raw, at) => raw === got[name]?.[at]));
}
