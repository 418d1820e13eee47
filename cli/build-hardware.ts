/** Model -> hardware, as the commands share it. */
import type { Model } from '../sim/model/index.ts';
import { InputError } from '../sim/model/index.ts';
import { HARDWARE_MAPPINGS, lowerNetwork, networkChoices } from '../sim/lower/rtl/index.ts';
import { type Schedule, ScheduleError } from '../sim/pipeline/circuit/index.ts';
import type { Network } from '../sim/pipeline/network/index.ts';

export const MAPPING_OPTION = '-m, --mapping <name>';
export const MAPPING_HELP = 'fast (sparse: an event every 5 cycles) or small (sparse: one pixel a cycle)';

/** @throws InputError `CLI020` for an unknown mapping, `HWD001`..`HWD004` if the Model has no hardware here */
export function buildNetwork(model: Model, mapping: string, clockNs = 5): Network {
  const known = HARDWARE_MAPPINGS.find((name) => name === mapping);
  if (!known) {
    const what = `'${mapping}' is no hardware mapping`;
    throw new InputError({
      code: 'CLI020',
      field: '--mapping',
      what,
      mend: `use ${HARDWARE_MAPPINGS.join(' or ')}`,
    });
  }
  try {
    return lowerNetwork(model, networkChoices(model, known, clockNs));
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw new InputError({
      code: 'HWD004',
      field: '--clock',
      what: error.message,
      mend: 'use a slower clock',
    });
  }
}

/** The one region of a Model whose hardware is that. @throws InputError as {@link buildNetwork}, and `HWD001` for a stream */
export function buildHardware(model: Model, mapping: string, clockNs = 5): Schedule {
  const { units } = buildNetwork(model, mapping, clockNs);
  const [only] = units;
  if (units.length === 1 && only.kind === 'region') return only.schedule;
  throw new InputError({ code: 'HWD001', what: `the Model '${model.name}' is a stream of several units` });
}
