/**
 * The top module: handshakes, the token of each event, the frame registers, the stages, and the output queue.
 *
 * The region inside is rigid: it never stalls. An event is accepted only if the interval has passed and the output
 * queue has room for it and for every event still inside (credits), so that back-pressure never reaches the region.
 */
import { resultQueueDepth, sizeOf, type View } from '../../sim/pipeline/circuit/index.ts';
import { elementSelect, range } from './bits.ts';
import { elementWidth, type Signals, vectorWidth } from './signals.ts';
import type { StageText } from './stage-module.ts';

export interface TopPorts {
  readonly name: string;
  readonly inputBits: number;
  readonly outputBits: number;
  readonly outputWidths: readonly number[];
}

export function topPorts(name: string, { schedule }: Signals): TopPorts {
  const { inputs, outputs } = schedule.circuit;
  const widths = outputs.flatMap((view) =>
    new Array<number>(sizeOf(view.shape)).fill(elementWidth(view.node)),
  );
  return {
    name,
    inputBits: inputs.reduce((bits, node) => bits + vectorWidth(node), 0),
    outputBits: widths.reduce((bits, width) => bits + width, 0),
    outputWidths: widths,
  };
}

/** Handshakes, tokens and output queue: everything of the top but frame registers and wiring. */
export function controlModule(name: string, signals: Signals): string {
  const { circuit, lastStep } = signals.schedule;
  const { outputBits } = topPorts(name, signals);
  const depth = resultQueueDepth(signals.schedule);
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
    `  output reg ${range(lastStep + 1)} token,`,
    `  input wire ${range(outputBits)} result,`,
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
    '  wire made;',
    '  wire taken;',
    `  assign in_ready = ~rst & (cooling == ${cool(0)}) & (pending != ${count(depth)});`,
    '  assign accept = in_valid & in_ready;',
    `  assign made = token[${lastStep}];`,
    '  assign taken = out_valid & out_ready;',
    `  assign out_valid = (waiting != ${count(0)});`,
    `  assign out_data = out_valid ? queue[head] : ${outputBits}'d0;`,
    '  always @(posedge clk) begin',
    ...[
      `  if (rst) cooling <= ${cool(0)};`,
      `  else if (accept) cooling <= ${cool(circuit.interval - 1)};`,
      `  else if (cooling != ${cool(0)}) cooling <= cooling - ${cool(1)};`,
      `  if (rst) token <= ${lastStep + 1}'d0;`,
      `  else token <= ${lastStep === 0 ? 'accept' : `{token[${lastStep - 1}:0], accept}`};`,
      ...counts('pending', 'accept', 'taken'),
      ...counts('waiting', 'made', 'taken'),
      ...moves('head', 'taken'),
      ...moves('tail', 'made'),
      '  if (made) queue[tail] <= result;',
    ].map((line) => `  ${line}`),
    '  end',
    'endmodule',
  ].join('\n');
}

export function topModule(name: string, signals: Signals, stages: readonly StageText[]): string {
  const { schedule, holds, imports, exports } = signals;
  const { circuit, lastStep } = schedule;
  const ports = topPorts(name, signals);
  const lines: string[] = [
    'wire accept;',
    `wire ${range(lastStep + 1)} token;`,
    `wire ${range(ports.outputBits)} result;`,
    `${name}_control control (`,
    ...[
      'clk',
      'rst',
      'in_valid',
      'in_ready',
      'accept',
      'token',
      'result',
      'out_valid',
      'out_ready',
      'out_data',
    ].map((port, index) => `  .${port}(${port})${index < 9 ? ',' : ''}`),
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
      lines.push(`always @(posedge clk) if (token[${load}]) ${copy} <= ${from};`);
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
      ...imports[stage.index].map(({ name: signal }) => `.${signal}(${signal})`),
      ...exports[stage.index].map(({ name: signal }) => `.o_${signal}(${signal})`),
    ];
    lines.push(`${stage.name} i_${stage.name} (`, `  ${connections.join(',\n    ')}`, ');');
  }

  const results = circuit.outputs.flatMap((view) => outputElements(view, signals.output(view).name));
  lines.push('', `assign result = {${[...results].reverse().join(', ')}};`);
  return [
    `// ${circuit.name}: one event every ${circuit.interval} cycles, latency ${schedule.latencyCycles} cycles,`,
    `// scheduled for ${schedule.clockNs} ns on ${schedule.table.family}. All ports are synchronous to clk; rst is synchronous.`,
    `module ${name} (`,
    '  input wire clk,',
    '  input wire rst,',
    '  input wire in_valid,',
    '  output wire in_ready,',
    `  input wire ${range(ports.inputBits)} in_data,`,
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
