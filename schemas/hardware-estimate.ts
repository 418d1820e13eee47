/** The report of `pipewright estimate --hardware`. */
import { z } from 'zod';

export const HARDWARE_ESTIMATE_SCHEMA = 'pipewright/hardware-estimate@1';

const count = z.int().min(0);
/** Logic cells as Yosys packs them, look-up tables, registers, multiplier blocks, block memories of 18 Kb. */
const cost = { logicCells: count, lut: count, ff: count, dsp: count, bram18k: count };

export const hardwareEstimateSchema = z
  .strictObject({
    schema: z.literal(HARDWARE_ESTIMATE_SCHEMA),
    model: z.string(),
    mapping: z.string(),
    clockNs: z.number().positive(),
    latencyCycles: count,
    intervalCycles: count,
    layers: z
      .array(
        z
          .strictObject({
            name: z.string(),
            /** Steps of the event in which the layer works. */
            firstStep: count,
            lastStep: count,
            ...cost,
          })
          .readonly(),
      )
      .readonly(),
    /** With frame registers and handshakes. */
    total: z.strictObject(cost).readonly(),
  })
  .readonly();
export type HardwareEstimateReport = z.output<typeof hardwareEstimateSchema>;
