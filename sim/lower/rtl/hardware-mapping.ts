/** The choices of our sparse hardware as a document that a user writes, checked against the Model it is for. */
import { z } from 'zod';
import { positiveInt } from '../../model/codecs.ts';
import { InputError, type Model, readDocument } from '../../model/index.ts';
import { type HardwareChoices, IMAGE_INPUTS, slotLayers, slotsOf } from './choices.ts';

export const HARDWARE_MAPPING_SCHEMA = 'pipewright/hardware-mapping@1';

export const hardwareMappingSchema = z
  .strictObject({
    schema: z.literal(HARDWARE_MAPPING_SCHEMA),
    name: z.string().optional(),
    /** Clock period that operations are scheduled for, ns. */
    clockNs: z.number().positive(),
    /** Cycles between events. */
    interval: positiveInt,
    /** Active pixels that the search finds in a cycle. */
    pixelsPerCycle: positiveInt,
    /** By layer: output slots of a sparse convolution, or kept pixels of a dense layer behind flattening, a cycle. */
    slotsPerCycle: z.record(z.string(), positiveInt),
    /** How an image comes: all of it in one beat (default), or one row a beat. */
    input: z.enum(IMAGE_INPUTS).optional(),
  })
  .readonly();
export type HardwareMappingDocument = z.output<typeof hardwareMappingSchema>;

/** Choices as a document. */
export function hardwareMappingDocument(choices: HardwareChoices): HardwareMappingDocument {
  return { schema: HARDWARE_MAPPING_SCHEMA, ...choices };
}

/**
 * A document as choices for a Model.
 * @throws InputError `MAP003` if it is no such document, `MAP004` if a choice does not fit the Model
 */
export function readHardwareMapping(document: unknown, model: Model): HardwareChoices {
  const { name, clockNs, interval, pixelsPerCycle, slotsPerCycle, input } = readDocument(
    'MAP003',
    hardwareMappingSchema,
    document,
  );
  const slots = slotsOf(model);
  const names = slotLayers(model).map((layer) => layer.name);
  const check = (field: string, perCycle: number) => {
    if (perCycle > slots) {
      const what = `${perCycle} a cycle is more than the ${slots} kept pixels`;
      throw new InputError({ code: 'MAP004', field, what, mend: `use 1 to ${slots}` });
    }
    const beats = Math.ceil(slots / perCycle);
    if (beats <= interval) return;
    throw new InputError({
      code: 'MAP004',
      field,
      what: `${slots} kept pixels at ${perCycle} a cycle take ${beats} cycles, but an event comes every ${interval}`,
      mend: `use at least ${Math.ceil(slots / interval)}, or an interval of at least ${beats}`,
    });
  };
  check('pixelsPerCycle', pixelsPerCycle);
  for (const [layer, perCycle] of Object.entries(slotsPerCycle)) {
    const field = `slotsPerCycle.${layer}`;
    if (!names.includes(layer)) {
      const what = `the Model has no layer '${layer}' that works on kept pixels`;
      throw new InputError({ code: 'MAP004', field, what, mend: `its layers are ${names.join(', ')}` });
    }
    check(field, perCycle);
  }
  for (const layer of names) {
    if (slotsPerCycle[layer] !== undefined) continue;
    const what = `the layer '${layer}' works on kept pixels and has no choice`;
    throw new InputError({ code: 'MAP004', field: 'slotsPerCycle', what, mend: `add "${layer}": 1 or more` });
  }
  const choices = { name: name ?? 'own', clockNs, interval, pixelsPerCycle, slotsPerCycle };
  return input === undefined ? choices : { ...choices, input };
}
