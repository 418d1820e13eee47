/** What `emit --target verilog --json` and `synth --json` say. */
import { z } from 'zod';

export const EMIT_VERILOG_SCHEMA = 'pipewright/emit-verilog@1';
export const SYNTH_SCHEMA = 'pipewright/synth@1';

const count = z.int().min(0);

export const emitVerilogReportSchema = z
  .strictObject({
    schema: z.literal(EMIT_VERILOG_SCHEMA),
    out: z.string().describe('folder that was made'),
    top: z.string().describe('top module'),
    files: z.array(z.string()).readonly(),
    latencyCycles: count,
    intervalCycles: count,
    clockNs: z.number().positive(),
  })
  .readonly();

export type EmitVerilogReport = z.infer<typeof emitVerilogReportSchema>;

const cost = {
  logicCells: count.describe('logic cells as Yosys packs them'),
  lut: count.describe('look-up table cells'),
  ff: count,
  dsp: count,
  bram18k: count,
  maxLevels: count.describe('most look-up tables in a row between registers'),
};

export const synthReportSchema = z
  .strictObject({
    schema: z.literal(SYNTH_SCHEMA),
    mapping: z.string(),
    blocks: z.array(z.strictObject({ block: z.string().describe('module'), ...cost }).readonly()).readonly(),
    frameBits: count.describe('register bits of the top, which are counted and not synthesised'),
    total: z.strictObject(cost).readonly().describe('the blocks together, with the registers of the top'),
  })
  .readonly();

export type SynthReport = z.infer<typeof synthReportSchema>;
