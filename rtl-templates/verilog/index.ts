/** Schedule -> Verilog-2005: a file a layer, a top, and a manifest. Vendor-neutral and synthesizable. */
import { isSigned, resultQueueDepth, type Schedule, widthOf } from '../../sim/pipeline/circuit/index.ts';
import { laneGroups } from './lane-groups.ts';
import { signalsOf, vectorWidth } from './signals.ts';
import { stageModule, type StageText } from './stage-module.ts';
import { controlModule, topModule, topPorts, type TopPorts } from './top-module.ts';

export type { TopPorts } from './top-module.ts';

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
}

export function emitVerilog(schedule: Schedule): VerilogDesign {
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
  files.set(`${name}_control.v`, fileText(controlModule(name, signals)));
  files.set(`${name}.v`, fileText(topModule(name, signals, stages)));
  const top = topPorts(name, signals);
  const frameBits = circuit.inputs.reduce(
    (bits, node) => bits + vectorWidth(node) * (1 + signals.holds[node.id].loads.length),
    0,
  );
  const design: VerilogDesign = {
    top,
    files,
    blocks: [`${name}_control`, ...stages.map((stage) => stage.name)],
    queueDepth: resultQueueDepth(schedule),
    latencyCycles: schedule.latencyCycles,
    intervalCycles: circuit.interval,
    frameBits,
    registerBits: Object.fromEntries(stages.map((stage) => [stage.name, stage.registerBits])),
  };
  files.set('manifest.json', manifest(design, schedule));
  return design;
}

/** A layer's lanes stand in its file, and vectors are written whole: synthesis drops the bits that nothing reads. */
const PRAGMAS = ['DECLFILENAME', 'UNUSEDSIGNAL'].map((rule) => `/* verilator lint_off ${rule} */`).join('\n');

function fileText(modules: string): string {
  return `\`default_nettype none\n${PRAGMAS}\n\n${modules}\n\n\`default_nettype wire\n`;
}

function manifest(design: VerilogDesign, { circuit, clockNs, table }: Schedule): string {
  const { top, files } = design;
  const document = {
    schema: 'pipewright/verilog@1',
    top: top.name,
    files: [...files.keys()],
    clockNs,
    family: table.family,
    latencyCycles: design.latencyCycles,
    intervalCycles: design.intervalCycles,
    input: {
      port: 'in_data',
      bits: top.inputBits,
      tensors: circuit.inputs.map(({ label, shape }) => ({
        name: label,
        shape,
        order: 'row-major, first element lowest',
      })),
    },
    // Elements are as wide as the values they can hold; extend them to the type of the tensor.
    output: {
      port: 'out_data',
      bits: top.outputBits,
      elements: circuit.outputs.map(({ shape, node }) => ({
        shape,
        bits: widthOf(node.range),
        signed: isSigned(node.range),
        order: 'row-major, first element lowest',
      })),
    },
    handshake:
      'a beat moves at a rising edge of clk with valid and ready both high; rst is synchronous, active high',
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A name that is legal in Verilog and no keyword in use here. */
function identifier(name: string): string {
  const legal = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(legal) ? legal : `m_${legal}`;
}
