/** What was recorded with the events: outputs, and intermediate arrays where there are any. */
import { recordedValues } from '../../../sim/import/vectors/index.ts';
import { OracleFailure } from '../oracle-failure.ts';
import type { Oracle } from '../oracle.ts';

export const recordedOracle: Oracle = {
  name: 'recorded',
  about: 'outputs and layers recorded with the events',
  canBisect: false,
  availability: () => Promise.resolve({ kind: 'available', version: 'as recorded' }),
  prepare: ({ model }) =>
    Promise.resolve({
      tracesLayers: true,
      // eslint-disable-next-line @typescript-eslint/require-await -- the contract is asynchronous
      async *run(events) {
        for (const event of events) {
          const values = recordedValues(event, model);
          if (!values) {
            const what = `event ${event.id} has no recorded outputs`;
            throw new OracleFailure({ kind: 'bad-output', oracle: 'recorded', phase: 'read', what });
          }
          yield { values };
        }
      },
    }),
};
