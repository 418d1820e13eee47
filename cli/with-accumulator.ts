/** The Model with the accumulators that `--accumulator` asks for. */
import { InputError, type Model } from '../sim/model/index.ts';
import { withWideAccumulators } from '../sim/model/wide-accumulators.ts';

/** @throws InputError `CLI004` */
export function withAccumulator(model: Model, choice: string | undefined): Model {
  switch (choice) {
    case undefined:
    case 'published':
      return model;
    case 'wide':
      return withWideAccumulators(model);
    default: {
      const what = `there is no choice '${choice}'`;
      throw new InputError({ code: 'CLI004', field: '--accumulator', what, mend: 'use published or wide' });
    }
  }
}
