/** What `emit --target verilog --json`, `synth --json` and `synth --fmax --json` say. */
import { z } from 'zod';

export const EMIT_VERILOG_SCHEMA = 'pipewright/emit-verilog@1';
export const SYNTH_SCHEMA = 'pipewright/synth@1';
export const FMAX_SCHEMA = 'pipewright/fmax@1';

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

export const fmaxReportSchema = z
  .strictObject({
    schema: z.literal(FMAX_SCHEMA),
    mapping: z.string(),
    device: z.string().describe('device and speed grade'),
    tools: z.strictObject({ yosys: z.string(), nextpnr: z.string() }).readonly().describe('versions'),
    blocks: z
      .array(
        z
          .strictObject({
            block: z.string().describe('module, between registers at all its ports'),
            seed: z.int().min(1).describe('of placement'),
            fmaxMhz: z.number().positive().describe('clock reached after routing'),
            levels: count.describe('on the longest path: cells in a row that nets of the fabric lead to'),
            logicNs: z.number().min(0).describe('of the longest path, registers included'),
            routingNs: z.number().min(0).describe('of the longest path'),
            lut4: count.describe('four-input tables, those of carry chains included'),
            ff: count.describe('registers, those at the ports included'),
            dsp: count.describe('multipliers of 18 by 18 bits'),
            bram: count.describe('memories of 18 Kb'),
          })
          .readonly(),
      )
      .readonly(),
    leftOut: z
      .array(z.strictObject({ block: z.string(), estimatedCells: count }).readonly())
      .readonly()
      .describe('blocks of layers that were not measured, with logic cells estimated for UltraScale+'),
  })
  .readonly();

export type FmaxReport = z.infer<typeof fmaxReportSchema>;
