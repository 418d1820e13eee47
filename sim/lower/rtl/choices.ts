/** How the sparse hardware is laid out: the choices of a Mapping that our own hardware understands. */
import { InputError, type Model } from '../../model/index.ts';

export interface HardwareChoices {
  readonly name: string;
  readonly clockNs: number;
  /** Cycles between events. */
  readonly interval: number;
  /** Active pixels that the search finds in a cycle. */
  readonly pixelsPerCycle: number;
  /** Output slots that a sparse convolution makes in a cycle. */
  readonly convolutionsPerCycle: number;
  /** Slots that the first dense layer takes in a cycle. */
  readonly denseSlotsPerCycle: number;
}

export const HARDWARE_MAPPINGS = ['fast', 'small'] as const;
export type HardwareMapping = (typeof HARDWARE_MAPPINGS)[number];

/**
 * `fast`: an event every 5 cycles, everything as parallel as that takes. `small`: one pixel a cycle, an event every
 * N + 4 cycles.
 */
export function hardwareChoices(model: Model, mapping: HardwareMapping, clockNs = 5): HardwareChoices {
  const slots = slotsOf(model);
  if (mapping === 'fast') {
    const perCycle = Math.ceil(slots / 5);
    return {
      name: 'fast',
      clockNs,
      interval: 5,
      pixelsPerCycle: perCycle,
      convolutionsPerCycle: perCycle,
      denseSlotsPerCycle: Math.ceil(slots / 2),
    };
  }
  return {
    name: 'small',
    clockNs,
    interval: slots + 4,
    pixelsPerCycle: 1,
    convolutionsPerCycle: 1,
    denseSlotsPerCycle: 1,
  };
}

/** Kept pixels of a sparse Model. @throws InputError `HWD001` if the Model has no search for active pixels */
export function slotsOf(model: Model): number {
  const search = model.layers.find(({ kind }) => kind === 'sparse-input-reduce');
  const slots = search && model.tensors[search.outputs[0]]?.shape[0];
  if (slots !== undefined) return slots;
  throw new InputError({ code: 'HWD001', what: `the Model '${model.name}' has no search for active pixels` });
}
