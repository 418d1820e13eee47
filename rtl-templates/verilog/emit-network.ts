/**
 * Network -> Verilog-2005: a module a unit, a FIFO where the unit has none of its own, and a top of wiring.
 *
 * A region is the design of its Circuit, and its result queue is the channel behind it. A Network of one region is
 * that region.
 */
import { identifier, isSigned, sizeOf, widthOf } from '../../sim/pipeline/circuit/index.ts';
import { channelOf, type Network, type Region, type Unit } from '../../sim/pipeline/network/index.ts';
import { range, resized } from './bits.ts';
import { emitVerilog, type EmitOptions, fileText, type VerilogDesign } from './emit-verilog.ts';
import { beatBits, fifoModule, moduleText, unitModule } from './unit-modules.ts';
import type { TraceProbe } from './trace.ts';
import { type TracePoint, type UnitTrace, unitTraces } from './trace-points.ts';
import type { BeatPorts } from './verilator-main.ts';

/** A design whose events come and go in beats. */
export interface NetworkDesign extends VerilogDesign {
  readonly top: BeatPorts;
  /** What a traced top shows; empty without `trace`. */
  readonly points: readonly TracePoint[];
}

/** Measured by the cycle simulator on events at full rate. */
export interface NetworkTiming {
  readonly latencyCycles: number;
  readonly intervalCycles: number;
}

/** @throws RangeError if a type is narrower than the values of its output, or a Network of several units shall be tagged */
export function emitNetwork(
  network: Network,
  timing: NetworkTiming,
  options: EmitOptions = {},
): NetworkDesign {
  const name = identifier(network.name);
  const [only] = network.units;
  if (network.units.length === 1 && only.kind === 'region') {
    const design = emitVerilog(named(network, only, network.name), options);
    const inputBeats = channelOf(network, network.input).beatsPerEvent;
    const outputBeats = channelOf(network, network.output).beatsPerEvent;
    const top = { ...design.top, inputBeats, outputBeats };
    const shown = { probes: design.probes, tokenBits: design.top.traceTokenBits };
    const traces = options.trace === true ? unitTraces(network, new Map([[only.name, shown]])) : [];
    const points = traces.flatMap((trace) => trace.points).filter(({ source }) => source.kind === 'probe');
    return only.schedule.circuit.inputBeats > 1
      ? { ...design, ...timing, top, points }
      : { ...design, top, points };
  }
  if ((options.tagBits ?? 0) > 0) throw new RangeError('only a design of one region can be tagged');
  const { trace = false } = options;
  const regions = new Map<string, { probes: readonly TraceProbe[]; tokenBits: number }>();

  const files = new Map<string, string>();
  const blocks: string[] = [];
  const registerBits: Record<string, number> = {};
  let frameBits = 0;
  const add = (module: string, text: string) => {
    files.set(`${module}.v`, fileText(text));
    blocks.push(module);
  };
  for (const unit of network.units) {
    const module = `${name}_${identifier(unit.name)}`;
    if (unit.kind === 'region') {
      const region = emitVerilog(named(network, unit, module), { trace });
      if (trace) regions.set(unit.name, { probes: region.probes, tokenBits: region.top.traceTokenBits });
      for (const [file, text] of region.files) files.set(file, text);
      blocks.push(...region.blocks);
      Object.assign(registerBits, region.registerBits);
      frameBits += region.frameBits;
    } else add(module, unitModule(module, unit, network));
  }
  for (const channel of network.channels) {
    const writer = network.units.find((unit) => unit.name === channel.from);
    if (channel.kind === 'fifo' && writer?.kind !== 'region') {
      const module = `${name}_fifo_${identifier(channel.name)}`;
      add(module, fifoModule(module, channel));
    }
  }
  const traces = trace ? unitTraces(network, regions) : [];
  const points = traces.flatMap((each) => each.points);
  const top = { ...topOf(network, name, options), ...tracePorts(points, traces) };
  files.set(`${name}.v`, fileText(topText(network, top, traces)));
  return {
    top,
    files,
    blocks,
    frameBits,
    registerBits,
    ...timing,
    queueDepth: channelOf(network, network.output).depth,
    probes: [],
    points,
  };
}

function tracePorts(points: readonly TracePoint[], traces: readonly UnitTrace[]) {
  if (traces.length === 0) return {};
  const channels = points.filter(({ source }) => source.kind === 'channel');
  const bitsOf = ({ fields }: TracePoint) =>
    fields.reduce((bits, { shape, elementBits }) => bits + sizeOf(shape) * elementBits, 0);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return {
    traceTokenBits: channels.length + sum(traces.map(({ tokenBits }) => tokenBits)),
    traceDataBits: sum(channels.map(bitsOf)) + sum(traces.map(({ dataBits }) => dataBits)),
  };
}

/** The region under a name of its own, with the queue that its channel is. */
function named(network: Network, { schedule, outputs }: Region, name: string): Region['schedule'] {
  const queueDepth = channelOf(network, outputs[0]).depth;
  return { ...schedule, circuit: { ...schedule.circuit, name }, queueDepth };
}

function topOf(network: Network, name: string, { tensors }: EmitOptions): BeatPorts {
  const [input, output] = [channelOf(network, network.input), channelOf(network, network.output)];
  const type = tensors && tensors.tensors[tensors.outputs[0]].type;
  const outputWidths = output.beat.flatMap(({ count, range: values }) => {
    const least = widthOf(values);
    if (type && type.width < least) throw new RangeError(`the output has ${least} bits, not ${type.width}`);
    return new Array<number>(count).fill(type?.width ?? least);
  });
  return {
    name,
    inputBits: beatBits(input.beat),
    outputBits: outputWidths.reduce((bits, width) => bits + width, 0),
    outputWidths,
    inputBeats: input.beatsPerEvent,
    outputBeats: output.beatsPerEvent,
    tagBits: 0,
    traceTokenBits: 0,
    traceDataBits: 0,
  };
}

function topText(network: Network, top: BeatPorts, traces: readonly UnitTrace[]): string {
  const lines: string[] = [];
  /** Wires of a channel as its reader sees them, and as the writer drives them where a FIFO stands between. */
  const reads = (channel: string) => (channel === network.input ? 'in' : `c_${identifier(channel)}`);
  const hasFifo = (channel: string) => {
    const { kind, from } = channelOf(network, channel);
    return kind === 'fifo' && network.units.find((unit) => unit.name === from)?.kind !== 'region';
  };
  const writes = (channel: string) => (hasFifo(channel) ? `w_${identifier(channel)}` : reads(channel));
  for (const channel of network.channels) {
    const bits = beatBits(channel.beat);
    for (const prefix of new Set([reads(channel.name), writes(channel.name)])) {
      if (prefix === 'in') continue;
      lines.push(`wire ${prefix}_valid;`, `wire ${prefix}_ready;`, `wire ${range(bits)} ${prefix}_data;`);
    }
  }
  const instance = (module: string, label: string, ports: readonly string[], clocked: boolean) => {
    const all = [...(clocked ? ['.clk(clk)', '.rst(rst)'] : []), ...ports];
    lines.push(`${module} ${label} (`, `  ${all.join(',\n    ')}`, ');');
  };
  for (const unit of network.units) {
    lines.push('', ...unitComment(unit));
    const name = identifier(unit.name);
    const inPort = (index: number) => (unit.kind === 'join' ? `in_${index}` : 'in');
    const outPort = (index: number) => (unit.kind === 'fork' ? `out_${index}` : 'out');
    const traced = traces.find((each) => each.unit === unit && each.tokenBits > 0);
    if (traced) {
      lines.push(`wire ${range(traced.tokenBits)} t_${name}_token;`);
      if (traced.dataBits > 0) lines.push(`wire ${range(traced.dataBits)} t_${name}_data;`);
    }
    instance(
      `${top.name}_${name}`,
      `u_${name}`,
      [
        ...unit.inputs.flatMap((channel, index) => connect(inPort(index), reads(channel))),
        ...unit.outputs.flatMap((channel, index) => connect(outPort(index), writes(channel))),
        ...(traced ? [`.trace_token(t_${name}_token)`, `.trace_data(t_${name}_data)`] : []),
      ],
      isClocked(unit),
    );
    for (const channel of unit.outputs.filter(hasFifo)) {
      const fifo = `fifo_${identifier(channel)}`;
      const ports = [...connect('in', writes(channel)), ...connect('out', reads(channel))];
      instance(`${top.name}_${fifo}`, fifo, ports, true);
    }
  }
  const output = channelOf(network, network.output);
  const last = reads(output.name);
  const fields = output.beat.flatMap(({ count, range: values }) =>
    Array.from({ length: count }, () => ({ width: widthOf(values), signed: isSigned(values) })),
  );
  let low = 0;
  const elements = fields.map(({ width, signed }, index) => {
    lines.push(`wire ${range(width)} y${index} = ${last}_data[${low + width - 1}:${low}];`);
    low += width;
    return resized({ text: `y${index}`, width, signed }, top.outputWidths[index]);
  });
  lines.push(
    `assign out_valid = ${last}_valid;`,
    `assign ${last}_ready = out_ready;`,
    `assign out_data = {${elements.reverse().join(', ')}};`,
  );
  const parts = traces.flatMap(({ unit, tokenBits }) => {
    const name = identifier(unit.name);
    return [
      ...(tokenBits > 0 ? [{ token: `t_${name}_token`, data: `t_${name}_data` }] : []),
      ...unit.outputs.map((channel) => ({
        token: `${reads(channel)}_valid & ${reads(channel)}_ready`,
        data: `${reads(channel)}_data`,
      })),
    ];
  });
  if (parts.length > 0) {
    const joined = (texts: readonly string[]) => `{${[...texts].reverse().join(',\n  ')}}`;
    lines.push(
      '',
      '// Every channel as its reader takes a beat, and what regions show.',
      `assign trace_token = ${joined(parts.map(({ token }) => token))};`,
      `assign trace_data = ${joined(parts.map(({ data }) => data))};`,
    );
  }
  return moduleText(
    [
      `${network.name}: ${top.inputBeats} beats of ${top.inputBits} bits an event in, ${top.outputBeats} of ${top.outputBits} bits out.`,
      'All ports are synchronous to clk; rst is synchronous, active high.',
    ],
    top.name,
    [
      'input wire in_valid',
      'output wire in_ready',
      `input wire ${range(top.inputBits)} in_data`,
      'output wire out_valid',
      'input wire out_ready',
      `output wire ${range(top.outputBits)} out_data`,
      ...(top.traceTokenBits > 0
        ? [
            `output wire ${range(top.traceTokenBits)} trace_token`,
            `output wire ${range(top.traceDataBits)} trace_data`,
          ]
        : []),
    ],
    lines,
  );
}

function connect(port: string, wires: string): string[] {
  return ['valid', 'ready', 'data'].map((each) => `.${port}_${each}(${wires}_${each})`);
}

function unitComment(unit: Unit): string[] {
  return unit.layers.length > 0 ? [`// ${unit.kind} of ${unit.layers.join(', ')}`] : [`// ${unit.kind}`];
}

/** Whether the unit's module has registers. */
function isClocked(unit: Unit): boolean {
  switch (unit.kind) {
    case 'fork':
    case 'join':
      return false;
    case 'gather':
    case 'scatter':
      return unit.beats > 1;
    default:
      return true;
  }
}
