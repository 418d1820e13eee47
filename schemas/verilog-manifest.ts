/** `manifest.json` of an emitted Verilog folder: what a build script or a driver needs to know of it. */
import { z } from 'zod';

export const VERILOG_MANIFEST_SCHEMA = 'pipewright/verilog-manifest@1';

const count = z.int().min(0);
const positive = z.int().min(1);

const tensor = z
  .object({
    name: z.string().describe('tensor of the Model'),
    shape: z.array(positive).readonly(),
    type: z.string().describe('fixed-point type of its elements, as fixed<W,I,rounding,overflow>'),
    signed: z.boolean(),
    elementBits: positive,
    fractionBits: z.int().describe('value = integer / 2^fractionBits'),
    low: count.describe(
      'lowest bit in the port of the first element of the event; elements follow row-major',
    ),
  })
  .readonly();

const port = z
  .object({
    data: z.string(),
    valid: z.string(),
    ready: z.string(),
    bits: positive.describe('bits of one beat'),
    beatsPerEvent: positive,
    tensors: z.array(tensor).readonly(),
  })
  .readonly();

export const verilogManifestSchema = z
  .object({
    schema: z.literal(VERILOG_MANIFEST_SCHEMA),
    top: z.string().describe('top module'),
    clock: z.object({ port: z.string(), periodNs: z.number().positive(), family: z.string() }).readonly(),
    reset: z
      .object({ port: z.string(), active: z.enum(['high', 'low']), synchronous: z.literal(true) })
      .readonly(),
    input: port,
    output: port,
    tagBits: count.describe('bits of in_tag and out_tag; 0 without them'),
    latencyCycles: positive.describe(
      'from the edge that accepts an event to that at which its result can be taken',
    ),
    intervalCycles: positive.describe('between events at full rate'),
    queueDepth: positive.describe('results that wait for the output'),
    axiStream: z
      .object({
        module: z.string(),
        beatBits: positive,
        inputBeats: positive.describe('of beatBits, an event'),
        outputBeats: positive.describe('of beatBits, a result'),
        inputBeatsPerBeat: positive
          .optional()
          .describe(
            'of beatBits, a beat of the input port, which starts at one of its own; absent where an event is one beat in and out',
          ),
        outputBeatsPerBeat: positive.optional().describe('of beatBits, a beat of the output port'),
      })
      .readonly()
      .nullable()
      .describe('the AXI4-Stream wrapper; null in folders without one'),
    files: z
      .object({
        synthesis: z.array(z.string()).readonly().describe('Verilog of the design, the top last'),
        simulation: z.array(z.string()).readonly(),
        constraints: z.array(z.string()).readonly(),
      })
      .readonly(),
  })
  .readonly();

export type VerilogManifest = z.infer<typeof verilogManifestSchema>;
