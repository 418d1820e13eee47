/** Model -> hardware, as the commands share it. */
import type { Model } from '../sim/model/index.ts';
import { inFile, InputError } from '../sim/model/index.ts';
import { readJson } from '../sim/import/index.ts';
import {
  HARDWARE_MAPPINGS,
  isSparse,
  lowerNetwork,
  type NetworkChoices,
  networkChoices,
  readHardwareMapping,
} from '../sim/lower/rtl/index.ts';
import { type Schedule, ScheduleError } from '../sim/pipeline/circuit/index.ts';
import type { Network } from '../sim/pipeline/network/index.ts';

export const MAPPING_OPTION = '-m, --mapping <name|file>';
export const MAPPING_HELP =
  'fast (sparse: an event every 5 cycles), small (sparse: one pixel a cycle), or a hardware mapping (.json)';

/**
 * A named mapping, or a hardware mapping in a file. @param clockNs  unless given 5, or what the file says
 * @throws InputError `CLI020` for an unknown name, `MAP003` and `MAP004` for a file that is wrong or does not fit
 */
export function chooseHardware(model: Model, mapping: string, clockNs?: number): NetworkChoices {
  const known = HARDWARE_MAPPINGS.find((name) => name === mapping);
  if (known) return networkChoices(model, known, clockNs);
  if (mapping.endsWith('.json') && isSparse(model)) {
    const choices = inFile(mapping, () => readHardwareMapping(readJson(mapping), model));
    return clockNs === undefined ? choices : { ...choices, clockNs };
  }
  throw new InputError({
    code: 'CLI020',
    field: '--mapping',
    what: `'${mapping}' is no hardware mapping for this Model`,
    mend: `use ${HARDWARE_MAPPINGS.join(' or ')}, or for a sparse network a .json file`,
  });
}

/** @throws InputError `CLI020` for an unknown mapping, `HWD001`..`HWD004` if the Model has no hardware here */
export function buildNetwork(model: Model, mapping: string, clockNs?: number): Network {
  return buildFrom(model, chooseHardware(model, mapping, clockNs));
}

/** @throws InputError `HWD001`..`HWD004` if the Model has no hardware here */
export function buildFrom(model: Model, choices: NetworkChoices): Network {
  try {
    return lowerNetwork(model, choices);
  } catch (error) {
    if (!(error instanceof ScheduleError) || error.fault !== 'clock') throw error;
    throw new InputError({
      code: 'HWD004',
      field: '--clock',
      what: error.message,
      mend: 'use a slower clock',
    });
  }
}

/** The one region of a Model whose hardware is that. @throws InputError as {@link buildNetwork}, and `HWD001` for a stream */
export function buildHardware(model: Model, mapping: string, clockNs?: number): Schedule {
  const { units } = buildNetwork(model, mapping, clockNs);
  const [only] = units;
  if (units.length === 1 && only.kind === 'region') return only.schedule;
  throw new InputError({ code: 'HWD001', what: `the Model '${model.name}' is a stream of several units` });
}
