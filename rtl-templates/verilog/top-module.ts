/**
 * The top module: handshakes, the token of each event, the frame registers, the stages, and the output queue.
 *
 * The region inside is rigid: it never stalls. An event is accepted only if the interval has passed and the output
 * queue has room for it and for every event still inside (credits), so that back-pressure never reaches the region.
 */
import { sizeOf, type View } from '../../sim/pipeline/circuit/index.ts';
import { elementSelect, range } from './bits.ts';
import { elementWidth, type Signals, vectorWidth } from './signals.ts';
import type { StageText } from './stage-module.ts';

export interface TopPorts {
  readonly name: string;
  readonly inputBits: number;
  readonly outputBits: number;
  readonly outputWidths: readonly number[];
}

/** Events that the output queue holds: all that can be inside at full rate, and one. */
export function queueDepth({ schedule }: Signals): number {
  return Math.floor(schedule.latencyCycles / schedule.circuit.interval) + 1;
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

export function topModule(name: string, signals: Signals, stages: readonly StageText[]): string {
  const { schedule, holds, imports, exports } = signals;
  const { circuit, lastStep } = schedule;
  const ports = topPorts(name, signals);
  const depth = queueDepth(signals);
  const pointerBits = Math.max(1, Math.ceil(Math.log2(depth)));
  const countBits = depth.toString(2).length;
  const coolBits = (circuit.interval - 1).toString(2).length;
  const lines: string[] = [];

  lines.push(
    '// Handshake: one event every interval, and only with a credit for its result.',
    `reg ${range(coolBits)} cooling;`,
    `reg ${range(countBits)} pending;`,
    `wire accept;`,
    `wire taken;`,
    `assign in_ready = ~rst & (cooling == ${coolBits}'d0) & (pending != ${countBits}'d${depth});`,
    `assign accept = in_valid & in_ready;`,
    `assign taken = out_valid & out_ready;`,
    `always @(posedge clk) begin`,
    `  if (rst) cooling <= ${coolBits}'d0;`,
    `  else if (accept) cooling <= ${coolBits}'d${circuit.interval - 1};`,
    `  else if (cooling != ${coolBits}'d0) cooling <= cooling - ${coolBits}'d1;`,
    `  if (rst) pending <= ${countBits}'d0;`,
    `  else if (accept & ~taken) pending <= pending + ${countBits}'d1;`,
    `  else if (taken & ~accept) pending <= pending - ${countBits}'d1;`,
    `end`,
    '',
    `// token[s] is high while an event is in step s.`,
    `reg ${range(lastStep + 1)} token;`,
    `always @(posedge clk) begin`,
    `  if (rst) token <= ${lastStep + 1}'d0;`,
    `  else token <= {token[${lastStep - 1}:0], accept};`,
    `end`,
    '',
    '// Frame registers.',
  );
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
  const wires = new Set<string>();
  for (const signal of exports.flat()) {
    if (wires.has(signal.name)) continue;
    wires.add(signal.name);
    lines.push(`wire ${range(vectorWidth(signal.node))} ${signal.name};`);
  }
  circuit.stages.forEach((_, index) => {
    const stage = stages.find((text) => text.index === index);
    if (!stage) return;
    const connections = [
      ...(stage.clocked ? ['.clk(clk)'] : []),
      ...stage.tokens.map((step) => (step < 0 ? '.token_accept(accept)' : `.token_${step}(token[${step}])`)),
      ...imports[index].map(({ name: signal }) => `.${signal}(${signal})`),
      ...exports[index].map(({ name: signal }) => `.o_${signal}(${signal})`),
    ];
    lines.push(
      `${stage.name} i_${stage.name} (`,
      ...connections.map((text, i) => `  ${text}${i + 1 < connections.length ? ',' : ''}`),
      ');',
    );
  });

  const results = circuit.outputs.flatMap((view) => outputElements(view, signals.output(view).name));
  lines.push(
    '',
    '// Output queue; it is read in the cycle after the last step at the earliest.',
    `wire ${range(ports.outputBits)} result;`,
    `assign result = {${[...results].reverse().join(', ')}};`,
    `reg ${range(ports.outputBits)} queue [0:${depth - 1}];`,
    `reg ${range(pointerBits)} head;`,
    `reg ${range(pointerBits)} tail;`,
    `reg ${range(countBits)} waiting;`,
    `wire made;`,
    `assign made = token[${lastStep}];`,
    `assign out_valid = (waiting != ${countBits}'d0);`,
    `assign out_data = out_valid ? queue[head] : ${ports.outputBits}'d0;`,
    `always @(posedge clk) begin`,
    `  if (made) queue[tail] <= result;`,
    `  if (rst) tail <= ${pointerBits}'d0;`,
    `  else if (made) tail <= (tail == ${pointerBits}'d${depth - 1}) ? ${pointerBits}'d0 : tail + ${pointerBits}'d1;`,
    `  if (rst) head <= ${pointerBits}'d0;`,
    `  else if (taken) head <= (head == ${pointerBits}'d${depth - 1}) ? ${pointerBits}'d0 : head + ${pointerBits}'d1;`,
    `  if (rst) waiting <= ${countBits}'d0;`,
    `  else if (made & ~taken) waiting <= waiting + ${countBits}'d1;`,
    `  else if (taken & ~made) waiting <= waiting - ${countBits}'d1;`,
    `end`,
  );
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
