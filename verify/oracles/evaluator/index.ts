/** Our own evaluators as oracles: the reference interpreter, and the compiled evaluator. */
import { type Evaluator, evaluators } from '../../../sim/evaluate/index.ts';
import { inputValues } from '../../../sim/import/vectors/index.ts';
import { OracleFailure } from '../oracle-failure.ts';
import type { Oracle } from '../oracle.ts';

const ABOUT: Readonly<Record<Evaluator['name'], string>> = {
  reference: 'the reference interpreter: BigInt, layer by layer',
  compiled: 'the compiled evaluator: typed arrays, specialised to the Model',
};

export const evaluatorOracles: readonly Oracle[] = evaluators.map((evaluator): Oracle => ({
  name: evaluator.name,
  about: ABOUT[evaluator.name],
  canBisect: true,
  availability: () => Promise.resolve({ kind: 'available', version: 'built in' }),
  prepare: ({ model }, { signal }) => {
    const evaluate = evaluator.prepare(model);
    return Promise.resolve({
      tracesLayers: true,
      async *run(events) {
        for (const event of events) {
          // One turn of the event loop an event, so that a long run can be called off.
          await new Promise((resolve) => setImmediate(resolve));
          if (signal.aborted) {
            throw new OracleFailure({
              kind: 'cancelled',
              oracle: evaluator.name,
              phase: 'run',
              what: 'was stopped',
            });
          }
          yield { values: evaluate(inputValues(event, model)) };
        }
      },
    });
  },
}));
