/** Model -> scheduled circuit, as the hardware commands share it. */
import type { Model } from '../sim/model/index.ts';
import { InputError } from '../sim/model/index.ts';
import {
  HARDWARE_MAPPINGS,
  hardwareChoices,
  type HardwareMapping,
  lowerSparse,
} from '../sim/lower/rtl/index.ts';
import {
  schedule,
  type Schedule,
  ScheduleError,
  ULTRASCALE_PLUS,
  verifySchedule,
} from '../sim/pipeline/circuit/index.ts';

export const MAPPING_OPTION = '-m, --mapping <name>';
export const MAPPING_HELP = 'fast (an event every 5 cycles) or small (one pixel a cycle)';

/** @throws InputError `CLI020` for an unknown mapping, `HWD001`..`HWD004` if the Model has no hardware here */
export function buildHardware(model: Model, mapping: string, clockNs = 5): Schedule {
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
  return scheduled(model, known, clockNs);
}

function scheduled(model: Model, mapping: HardwareMapping, clockNs: number): Schedule {
  const circuit = lowerSparse(model, hardwareChoices(model, mapping, clockNs));
  try {
    const result = schedule(circuit, clockNs, ULTRASCALE_PLUS);
    verifySchedule(result);
    return result;
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
