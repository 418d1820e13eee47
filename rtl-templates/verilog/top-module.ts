/**
 * The top module: handshakes, the token of each event, the frame registers, the stages, and the output queue.
 *
 * The region inside is rigid: it never stalls. An event is accepted only if the interval has passed and the output
 * queue has room for it and for every event still inside (credits), so that back-pressure never reaches the region.
 */
import { resultQueueDepth, sizeOf, type View } from '../../sim/pipeline/circuit/index.ts';
import { elementSelect, range, resized } from './bits.ts';
import { elementWidth, isSignedNode, type Signals, vectorWidth } from './signals.ts';
import type { StageText } from './stage-module.ts';
import { traceBits, type TraceProbe } from './trace.ts';

export interface TopPorts {
  readonly name: string;
  readonly inputBits: number;
  readonly outputBits: number;
  /** Bits of each output element, in order. */
  readonly outputWidths: readonly number[];
  /** Bits of `in_tag` and `out_tag`; 0 without them. */
  readonly tagBits: number;
  /** Bits of `trace_token` and `trace_data`; 0 without them. */
  readonly traceTokenBits: number;
  readonly traceDataBits: number;
}

/** The ports of a rigid region's top. */
export interface RegionPorts extends TopPorts {
  /** Steps in which an event's token is needed: a layer's last beats may come after the last step of the outputs. */
  readonly steps: number;
  /** Steps in which an input beat is followed; 0 where an event comes in one. */
  readonly beatSteps: number;
}

/** What the top has besides what the Circuit says. */
export interface TopOptions {
  /** Bits of an output's elements, one number an output, at least as many as its values need; default: just those. */
  readonly outputBits?: readonly number[];
  /** Bits of a tag that comes with every event and leaves with its result; default 0, none. */
  readonly tagBits?: number;
  /** Probes that the top shows on `trace_data`; default none. */
  readonly probes?: readonly TraceProbe[];
}

export function topPorts(
  name: string,
  { schedule, holds }: Signals,
  stages: readonly StageText[],
  options: TopOptions,
): RegionPorts {
  const { inputs, outputs } = schedule.circuit;
  const needed = [
    schedule.lastStep,
    ...stages.flatMap(({ tokens }) => tokens),
    ...inputs.flatMap((node) => (holds[node.id].held ? holds[node.id].loads : [])),
  ];
  const steps = Math.max(...needed) + 1;
  const beatSteps = Math.max(-1, ...stages.flatMap((stage) => stage.beatSteps)) + 1;
  const widths = outputs.flatMap((view, index) => {
    const least = elementWidth(view.node);
    const width = options.outputBits?.[index] ?? least;
    if (width < least) throw new RangeError(`output ${index} has ${least} bits, not ${width}`);
    return new Array<number>(sizeOf(view.shape)).fill(width);
  });
  return {
    name,
    inputBits: inputs.reduce((bits, node) => bits + vectorWidth(node), 0),
    outputBits: widths.reduce((bits, width) => bits + width, 0),
    outputWidths: widths,
    steps,
    beatSteps,
    tagBits: options.tagBits ?? 0,
    traceTokenBits: options.probes ? steps : 0,
    traceDataBits: traceBits(options.probes ?? []),
  };
}

/** Handshakes, tokens and output queue: everything of the top but frame registers and wiring. */
export function controlModule(
  { name, outputBits, steps, beatSteps, tagBits }: RegionPorts,
  signals: Signals,
): string {
  const { circuit, lastStep } = signals.schedule;
  const { inputBeats } = circuit;
  const streamed = inputBeats > 1;
  const placeBits = (inputBeats - 1).toString(2).length;
  const start = streamed ? 'start' : 'accept';
  const shifted = (bits: number, vector: string, first: string) =>
    bits === 1 ? first : `{${vector}[${bits - 2}:0], ${first}}`;
  const depth = resultQueueDepth(signals.schedule);
  const travelling = tagBits * (lastStep + 1);
  const pointerBits = Math.max(1, Math.ceil(Math.log2(depth)));
  const countBits = depth.toString(2).length;
  const coolBits = (circuit.interval - 1).toString(2).length;
  const pointer = (value: number) => `${pointerBits}'d${value}`;
  const count = (value: number) => `${countBits}'d${value}`;
  const cool = (value: number) => `${coolBits}'d${value}`;
  const moves = (register: string, when: string) => [
    `  if (rst) ${register} <= ${pointer(0)};`,
    `  else if (${when}) ${register} <= (${register} == ${pointer(depth - 1)}) ? ${pointer(0)} : ${register} + ${pointer(1)};`,
  ];
  const counts = (register: string, up: string, down: string) => [
    `  if (rst) ${register} <= ${count(0)};`,
    `  else if (${up} & ~${down}) ${register} <= ${register} + ${count(1)};`,
    `  else if (${down} & ~${up}) ${register} <= ${register} - ${count(1)};`,
  ];
  return [
    `// One event every ${circuit.interval} cycles, and only with a credit for its result; a queue of ${depth} results.`,
    `module ${name}_control (`,
    '  input wire clk,',
    '  input wire rst,',
    '  input wire in_valid,',
    '  output wire in_ready,',
    '  output wire accept,',
    '  // token[s] is high while an event is in step s.',
    `  output reg ${range(steps)} token,`,
    ...(streamed
      ? [
          '  // Input beats in step s, and those that are the first of their event; a token is that of the last one.',
          `  output reg ${range(beatSteps)} beat,`,
          `  output reg ${range(beatSteps)} first,`,
        ]
      : []),
    `  input wire ${range(outputBits)} result,`,
    ...(tagBits > 0
      ? [`  input wire ${range(tagBits)} in_tag,`, `  output wire ${range(tagBits)} out_tag,`]
      : []),
    '  output wire out_valid,',
    '  input wire out_ready,',
    `  output wire ${range(outputBits)} out_data`,
    ');',
    `  reg ${range(coolBits)} cooling;`,
    `  reg ${range(countBits)} pending;`,
    `  reg ${range(countBits)} waiting;`,
    `  reg ${range(pointerBits)} head;`,
    `  reg ${range(pointerBits)} tail;`,
    `  reg ${range(outputBits)} queue [0:${depth - 1}];`,
    ...(tagBits > 0
      ? [
          '  // The tag of the event in step s stands in bits s of each slice.',
          `  reg ${range(travelling)} tag;`,
          `  reg ${range(tagBits)} tags [0:${depth - 1}];`,
          `  assign out_tag = out_valid ? tags[head] : ${tagBits}'d0;`,
        ]
      : []),
    '  wire made;',
    '  wire taken;',
    ...(streamed
      ? [
          `  reg ${range(placeBits)} place;`,
          `  wire last = (place == ${placeBits}'d${inputBeats - 1});`,
          `  assign in_ready = ~rst & (~last | ((cooling == ${cool(0)}) & (pending != ${count(depth)})));`,
          '  wire start = accept & last;',
        ]
      : [`  assign in_ready = ~rst & (cooling == ${cool(0)}) & (pending != ${count(depth)});`]),
    '  assign accept = in_valid & in_ready;',
    `  assign made = token[${lastStep}];`,
    '  assign taken = out_valid & out_ready;',
    `  assign out_valid = (waiting != ${count(0)});`,
    `  assign out_data = out_valid ? queue[head] : ${outputBits}'d0;`,
    '  always @(posedge clk) begin',
    ...[
      `  if (rst) cooling <= ${cool(0)};`,
      `  else if (${start}) cooling <= ${cool(circuit.interval - 1)};`,
      `  else if (cooling != ${cool(0)}) cooling <= cooling - ${cool(1)};`,
      `  if (rst) token <= ${steps}'d0;`,
      `  else token <= ${shifted(steps, 'token', start)};`,
      ...(streamed
        ? [
            `  if (rst) place <= ${placeBits}'d0;`,
            `  else if (accept) place <= last ? ${placeBits}'d0 : place + ${placeBits}'d1;`,
            `  if (rst) beat <= ${beatSteps}'d0;`,
            `  else beat <= ${shifted(beatSteps, 'beat', 'accept')};`,
            `  first <= ${shifted(beatSteps, 'first', `place == ${placeBits}'d0`)};`,
          ]
        : []),
      ...counts('pending', start, 'taken'),
      ...counts('waiting', 'made', 'taken'),
      ...moves('head', 'taken'),
      ...moves('tail', 'made'),
      '  if (made) queue[tail] <= result;',
      ...(tagBits > 0
        ? [
            `  tag <= ${lastStep === 0 ? 'in_tag' : `{tag[${travelling - tagBits - 1}:0], in_tag}`};`,
            `  if (made) tags[tail] <= tag[${travelling - 1}:${travelling - tagBits}];`,
          ]
        : []),
    ].map((line) => `  ${line}`),
    '  end',
    'endmodule',
  ].join('\n');
}

export function topModule(
  ports: RegionPorts,
  signals: Signals,
  stages: readonly StageText[],
  probes: readonly TraceProbe[] = [],
): string {
  const { schedule, holds, imports, exports } = signals;
  const { circuit } = schedule;
  const { name, tagBits } = ports;
  const lines: string[] = [
    'wire accept;',
    `wire ${range(ports.steps)} token;`,
    ...(ports.beatSteps > 0
      ? [`wire ${range(ports.beatSteps)} beat;`, `wire ${range(ports.beatSteps)} first;`]
      : []),
    `wire ${range(ports.outputBits)} result;`,
    `${name}_control control (`,
    ...[
      'clk',
      'rst',
      'in_valid',
      'in_ready',
      'accept',
      'token',
      ...(ports.beatSteps > 0 ? ['beat', 'first'] : []),
      'result',
      ...(tagBits > 0 ? ['in_tag', 'out_tag'] : []),
      'out_valid',
      'out_ready',
      'out_data',
    ].map((port) => `  .${port}(${port})${port === 'out_data' ? '' : ','}`),
    ');',
    '',
    '// Frame registers.',
  ];
  let low = 0;
  for (const node of circuit.inputs) {
    const bits = vectorWidth(node);
    const own = signals.signal(node, -1).name;
    lines.push(`reg ${range(bits)} ${own};`);
    lines.push(`always @(posedge clk) if (accept) ${own} <= in_data[${low + bits - 1}:${low}];`);
    holds[node.id].loads.forEach((load, index) => {
      const copy = signals.signal(node, index).name;
      const from = index > 0 ? signals.signal(node, index - 1).name : own;
      lines.push(`reg ${range(bits)} ${copy};`);
      const enable = holds[node.id].held ? ` if (token[${load}])` : '';
      lines.push(`always @(posedge clk)${enable} ${copy} <= ${from};`);
    });
    low += bits;
  }

  lines.push('', '// Layers.');
  const wires = new Map(exports.flat().map((signal) => [signal.name, signal]));
  for (const signal of wires.values()) lines.push(`wire ${range(vectorWidth(signal.node))} ${signal.name};`);
  for (const stage of stages) {
    const connections = [
      ...(stage.clocked ? ['.clk(clk)'] : []),
      ...stage.tokens.map((step) => (step < 0 ? '.token_accept(accept)' : `.token_${step}(token[${step}])`)),
      ...stage.beatSteps.flatMap((step) => [
        `.beat_${step}(beat[${step}])`,
        `.first_${step}(first[${step}])`,
      ]),
      ...imports[stage.index].map(({ name: signal }) => `.${signal}(${signal})`),
      ...exports[stage.index].map(({ name: signal }) => `.o_${signal}(${signal})`),
    ];
    lines.push(`${stage.name} i_${stage.name} (`, `  ${connections.join(',\n    ')}`, ');');
  }

  const results = circuit.outputs
    .flatMap((view) => outputElements(view, signals.output(view).name).map((text) => ({ view, text })))
    .map(({ view: { node }, text }, index) => ({
      declaration: `wire ${range(elementWidth(node))} y${index} = ${text};`,
      element: resized(
        { text: `y${index}`, width: elementWidth(node), signed: isSignedNode(node) },
        ports.outputWidths[index],
      ),
    }));
  lines.push(
    '',
    '// Elements of the result, each as wide as the type of its tensor.',
    ...results.map(({ declaration }) => declaration),
    `assign result = {${results
      .map(({ element }) => element)
      .reverse()
      .join(', ')}};`,
  );
  if (ports.traceTokenBits > 0) {
    const shown = probes.map(({ signal }) => signal).reverse();
    lines.push('', 'assign trace_token = token;', `assign trace_data = {${shown.join(', ')}};`);
  }
  return [
    `// ${circuit.name}: one event every ${circuit.interval} cycles, latency ${schedule.latencyCycles} cycles,`,
    `// scheduled for ${schedule.clockNs} ns on ${schedule.table.family}. All ports are synchronous to clk; rst is synchronous.`,
    `module ${name} (`,
    '  input wire clk,',
    '  input wire rst,',
    '  input wire in_valid,',
    '  output wire in_ready,',
    `  input wire ${range(ports.inputBits)} in_data,`,
    ...(tagBits > 0
      ? [`  input wire ${range(tagBits)} in_tag,`, `  output wire ${range(tagBits)} out_tag,`]
      : []),
    ...(ports.traceTokenBits > 0
      ? [
          `  output wire ${range(ports.traceTokenBits)} trace_token,`,
          `  output wire ${range(ports.traceDataBits)} trace_data,`,
        ]
      : []),
    '  output wire out_valid,',
    '  input wire out_ready,',
    `  output wire ${range(ports.outputBits)} out_data`,
    ');',
    ...lines.map((line) => (line === '' ? '' : `  ${line}`)),
    'endmodule',
  ].join('\n');
}

/** Elements of an output in row-major order as Verilog texts. */
function outputElements(view: View, vector: string): string[] {
  const width = elementWidth(view.node);
  let offsets = [view.offset];
  view.shape.forEach((size, axis) => {
    offsets = offsets.flatMap((offset) =>
      Array.from({ length: size }, (_, i) => offset + i * view.strides[axis]),
    );
  });
  if (vectorWidth(view.node) === width) return offsets.map(() => vector);
  return offsets.map((offset) => elementSelect(vector, String(offset), width));
}
