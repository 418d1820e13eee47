/** The folder that is handed over: Verilog, stream wrapper, constraints, manifest, test benches, and how to use them. */
import { formatText, fracBits } from 'fixed-point-ts';
import { VERILOG_MANIFEST_SCHEMA, type VerilogManifest } from '../../schemas/verilog-manifest.ts';
import { axiBeatsModule } from './axi-beats.ts';
import { isOneBeat, streamLayout } from './axi-layout.ts';
import { axiStreamModule } from './axi-stream.ts';
import { sdc, xdc } from './constraints.ts';
import { fileText, type PortTensors, type VerilogDesign } from './emit-verilog.ts';
import { icarusTestbench } from './icarus-testbench.ts';
import { projectReadme } from './project-readme.ts';
import { type BeatPorts, verilatorMain } from './verilator-main.ts';

export interface ProjectOptions {
  readonly tensors: PortTensors;
  /** Period that the operations were scheduled for, and the device family whose delays were taken. */
  readonly clockNs: number;
  readonly family: string;
  /** Bits of a beat of the AXI4-Stream wrapper; default 64. */
  readonly axiBits?: number;
}

/** Texts by path. @throws RangeError if `axiBits` is no whole number of bytes */
export function verilogProject(
  design: VerilogDesign & { readonly top: BeatPorts },
  options: ProjectOptions,
): ReadonlyMap<string, string> {
  const { top } = design;
  const wrapper = streamLayout(top, options.axiBits ?? 64);
  const verilog = new Map([
    ...design.files,
    [
      `${wrapper.module}.v`,
      fileText(
        isOneBeat(top)
          ? axiStreamModule(top, wrapper.beatBits)
          : axiBeatsModule(top, wrapper.beatBits, eventsInside(design)),
      ),
    ],
  ]);
  const constraints = { ...options, top, wrapper: wrapper.module };
  const manifest = manifestOf(design, options, [...verilog.keys()]);
  return new Map([
    ['README.md', projectReadme(manifest)],
    ['manifest.json', `${JSON.stringify(manifest, null, 2)}\n`],
    ...verilog,
    [`${top.name}.xdc`, xdc(constraints)],
    [`${top.name}.sdc`, sdc(constraints)],
    ['verilator-main.cpp', verilatorMain(top)],
    ['testbench.v', icarusTestbench(top)],
  ]);
}

/** Events that are inside at full rate, and those whose results wait. */
function eventsInside({ latencyCycles, intervalCycles, queueDepth }: VerilogDesign): number {
  return Math.ceil(latencyCycles / intervalCycles) + queueDepth;
}

function manifestOf(
  design: VerilogDesign & { readonly top: BeatPorts },
  { tensors, clockNs, family, axiBits = 64 }: ProjectOptions,
  verilog: readonly string[],
): VerilogManifest {
  const { top } = design;
  const port = (direction: 'in' | 'out', bits: number, beatsPerEvent: number, names: readonly string[]) => {
    let low = 0;
    return {
      data: `${direction}_data`,
      valid: `${direction}_valid`,
      ready: `${direction}_ready`,
      bits,
      beatsPerEvent,
      tensors: names.map((name) => {
        const { shape, type } = tensors.tensors[name];
        const at = low;
        low += shape.reduce((product, extent) => product * extent, type.width);
        return {
          name,
          shape,
          type: formatText(type),
          signed: type.signed,
          elementBits: type.width,
          fractionBits: fracBits(type),
          low: at,
        };
      }),
    };
  };
  const name = top.name;
  return {
    schema: VERILOG_MANIFEST_SCHEMA,
    top: name,
    clock: { port: 'clk', periodNs: clockNs, family },
    reset: { port: 'rst', active: 'high', synchronous: true },
    input: port('in', top.inputBits, top.inputBeats ?? 1, tensors.inputs),
    output: port('out', top.outputBits, top.outputBeats ?? 1, tensors.outputs),
    tagBits: top.tagBits,
    latencyCycles: design.latencyCycles,
    intervalCycles: design.intervalCycles,
    queueDepth: design.queueDepth,
    axiStream: streamLayout(top, axiBits),
    files: {
      synthesis: verilog,
      simulation: ['testbench.v', 'verilator-main.cpp'],
      constraints: [`${name}.xdc`, `${name}.sdc`],
    },
  };
}
