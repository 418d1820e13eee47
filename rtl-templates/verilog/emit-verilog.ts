/** Schedule -> Verilog-2005: a file a layer, a control module, a top. Vendor-neutral and synthesizable. */
import type { FixedFormat } from 'fixed-point-ts';
import { identifier, resultQueueDepth, type Schedule } from '../../sim/pipeline/circuit/index.ts';
import { laneGroups } from './lane-groups.ts';
import { signalsOf, vectorWidth } from './signals.ts';
import { stageModule, type StageText } from './stage-module.ts';
import { controlModule, topModule, topPorts, type TopPorts } from './top-module.ts';
import { type TraceProbe, traceProbes } from './trace.ts';

/** A tensor that goes through a port: a Model has these. */
export interface PortTensors {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly tensors: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly type: FixedFormat }>
  >;
}

export interface EmitOptions {
  /** Tensors at the ports; output elements are as wide as their types. Default: as wide as their values can be. */
  readonly tensors?: PortTensors;
  /** Bits of a tag that travels with every event, `in_tag` to `out_tag`; default 0, none. */
  readonly tagBits?: number;
  /** Show what every layer gives to another on further outputs of the top (trace.ts). */
  readonly trace?: boolean;
}

export interface VerilogDesign {
  readonly top: TopPorts;
  /** Texts by file name. */
  readonly files: ReadonlyMap<string, string>;
  readonly queueDepth: number;
  readonly latencyCycles: number;
  readonly intervalCycles: number;
  /** Modules that can be synthesised one by one: all but the top, which is frame registers and wiring. */
  readonly blocks: readonly string[];
  /** Register bits outside the layer modules, and in each of them. */
  readonly frameBits: number;
  readonly registerBits: Readonly<Record<string, number>>;
  /** What a traced top shows; empty without `trace`. */
  readonly probes: readonly TraceProbe[];
}

/** @throws RangeError if a type is narrower than the values of its output */
export function emitVerilog(schedule: Schedule, options: EmitOptions = {}): VerilogDesign {
  const { circuit } = schedule;
  const name = identifier(circuit.name);
  const signals = signalsOf(schedule);
  const groups = laneGroups(schedule);
  const files = new Map<string, string>();
  const stages: StageText[] = [];
  circuit.stages.forEach((stage, index) => {
    const text = stageModule(index, `${name}_${identifier(stage.name)}`, signals, groups);
    if (!text) return;
    stages.push(text);
    files.set(`${text.name}.v`, fileText(text.modules.join('\n\n')));
  });
  const { tensors, tagBits = 0, trace = false } = options;
  const probes = trace ? traceProbes(signals) : [];
  const top = topPorts(name, signals, stages, {
    tagBits,
    ...(trace ? { probes } : {}),
    ...(tensors ? { outputBits: tensors.outputs.map((each) => tensors.tensors[each].type.width) } : {}),
  });
  files.set(`${name}_control.v`, fileText(controlModule(top, signals)));
  files.set(`${name}.v`, fileText(topModule(top, signals, stages, probes)));
  const frameBits = circuit.inputs.reduce(
    (bits, node) => bits + vectorWidth(node) * (1 + signals.holds[node.id].loads.length),
    0,
  );
  return {
    top,
    files,
    blocks: [`${name}_control`, ...stages.map((stage) => stage.name)],
    queueDepth: resultQueueDepth(schedule),
    latencyCycles: schedule.latencyCycles,
    intervalCycles: circuit.interval,
    frameBits,
    registerBits: Object.fromEntries(stages.map((stage) => [stage.name, stage.registerBits])),
    probes,
  };
}

/** A layer's lanes stand in its file, and vectors are written whole: synthesis drops the bits that nothing reads. */
const PRAGMAS = ['DECLFILENAME', 'UNUSEDSIGNAL'].map((rule) => `/* verilator lint_off ${rule} */`).join('\n');

export function fileText(modules: string): string {
  return `\`default_nettype none\n${PRAGMAS}\n\n${modules}\n\n\`default_nettype wire\n`;
}
