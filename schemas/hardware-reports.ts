/** What `emit --target verilog --json` and `synth --json` say. */
import { z } from 'zod';

const count = z.int().min(0);

export const emitVerilogReportSchema = z
  .object({
    out: z.string().describe('folder that was made'),
    top: z.string(),
    files: z.array(z.string()).readonly(),
    latencyCycles: count,
    intervalCycles: count,
    clockNs: z.number().positive(),
  })
  .readonly();

export type EmitVerilogReport = z.infer<typeof emitVerilogReportSchema>;

const cost = {
  logicCells: count.describe("Yosys' packed logic cells"),
  lut: count.describe('LUT cells'),
  ff: count,
  dsp: count,
  bram18k: count,
  maxLevels: count.describe('most look-up tables in a row between registers'),
};

export const synthReportSchema = z
  .object({
    mapping: z.string(),
    blocks: z.array(z.looseObject({ block: z.string(), ...cost }).readonly()).readonly(),
    frameBits: count.describe('register bits of the top, which are counted and not synthesised'),
    total: z.looseObject(cost).readonly().describe('sum of the blocks and the frame registers'),
  })
  .readonly();

export type SynthReport = z.infer<typeof synthReportSchema>;
