/** The small units of a Network as Verilog: FIFO, pad, gather, scatter, fork, join. */
import { isSigned, widthOf } from '../../sim/pipeline/circuit/index.ts';
import type { BeatType, Network, NetworkChannel, Unit } from '../../sim/pipeline/network/index.ts';
import { channelOf } from '../../sim/pipeline/network/index.ts';
import { packedLiteral, range, resized } from './bits.ts';
import { count, counter, windowModule } from './window-module.ts';

export function beatBits(beat: BeatType): number {
  return beat.reduce((bits, { count: elements, range: values }) => bits + elements * widthOf(values), 0);
}

/** Beats leave in the order they came, a cycle after they came at the earliest; the output is 0 while there is none. */
export function fifoModule(name: string, { depth, beat }: NetworkChannel): string {
  const bits = beatBits(beat);
  const held = counter(depth);
  const place = counter(depth - 1);
  return moduleText(
    [`A FIFO of ${depth} beats.`],
    name,
    [...inputPorts(bits), ...outputPorts(bits)],
    [
      `reg ${range(bits)} beats [0:${depth - 1}];`,
      `reg ${held.range} held;`,
      `reg ${place.range} head;`,
      `reg ${place.range} tail;`,
      `assign in_ready = (held != ${held.at(depth)});`,
      `assign out_valid = (held != ${held.at(0)});`,
      `assign out_data = out_valid ? beats[head] : ${bits}'d0;`,
      'wire put = in_valid & in_ready;',
      'wire get = out_valid & out_ready;',
      'always @(posedge clk) begin',
      `  if (rst) held <= ${held.at(0)};`,
      `  else if (put & ~get) held <= held + ${held.at(1)};`,
      `  else if (get & ~put) held <= held - ${held.at(1)};`,
      ...count('head', 'get', depth - 1, place).map((line) => `  ${line}`),
      ...count('tail', 'put', depth - 1, place).map((line) => `  ${line}`),
      '  if (put) beats[tail] <= in_data;',
      'end',
    ],
  );
}

/** Any unit but a region. */
export function unitModule(name: string, unit: Unit, network: Network): string {
  const inputs = unit.inputs.map((channel) => channelOf(network, channel).beat);
  const outputs = unit.outputs.map((channel) => channelOf(network, channel).beat);
  const [input, output] = [inputs[0], outputs[0]];
  const bits = beatBits(input);
  switch (unit.kind) {
    case 'region':
      throw new TypeError(`region '${unit.name}' is a design of its own`);
    case 'window':
      return windowModule(name, unit, input, output);
    case 'pad':
      return padModule(name, unit, input, output);
    case 'gather': {
      const { beats } = unit;
      if (beats === 1) {
        return moduleText(['Beats pass.'], name, [...inputPorts(bits), ...outputPorts(bits)], passing, false);
      }
      const held = counter(beats - 1);
      const kept = bits * (beats - 1);
      return moduleText(
        [`${beats} beats become one, the first in the lowest bits.`],
        name,
        [...inputPorts(bits), ...outputPorts(bits * beats)],
        [
          `reg ${held.range} held;`,
          `reg ${range(kept)} earlier;`,
          `wire last = (held == ${held.at(beats - 1)});`,
          'assign in_ready = ~last | out_ready;',
          'assign out_valid = in_valid & last;',
          'assign out_data = {in_data, earlier};',
          'wire take = in_valid & in_ready;',
          'always @(posedge clk) begin',
          ...count('held', 'take', beats - 1, held).map((line) => `  ${line}`),
          `  if (take) earlier <= ${beats === 2 ? 'in_data' : `{in_data, earlier[${kept - 1}:${bits}]}`};`,
          'end',
        ],
      );
    }
    case 'scatter': {
      const { beats } = unit;
      if (beats === 1) {
        return moduleText(['Beats pass.'], name, [...inputPorts(bits), ...outputPorts(bits)], passing, false);
      }
      const given = counter(beats - 1);
      const part = bits / beats;
      const parts = Array.from(
        { length: beats },
        (_, index) =>
          `({${part}{given == ${given.at(index)}}} & in_data[${(index + 1) * part - 1}:${index * part}])`,
      );
      return moduleText(
        [`One beat becomes ${beats}, the lowest bits first.`],
        name,
        [...inputPorts(bits), ...outputPorts(part)],
        [
          `reg ${given.range} given;`,
          'assign out_valid = in_valid;',
          `assign in_ready = out_ready & (given == ${given.at(beats - 1)});`,
          `assign out_data = ${parts.join('\n  | ')};`,
          'always @(posedge clk) begin',
          ...count('given', 'in_valid & out_ready', beats - 1, given).map((line) => `  ${line}`),
          'end',
        ],
      );
    }
    case 'fork': {
      const all = unit.outputs.map((_, index) => `out_${index}_ready`).join(' & ');
      return moduleText(
        ['A copy of each beat to every output.'],
        name,
        [...inputPorts(bits), ...unit.outputs.flatMap((_, index) => outputPorts(bits, `out_${index}`))],
        [
          `assign in_ready = ${all};`,
          ...unit.outputs.flatMap((_, index) => [
            `assign out_${index}_valid = in_valid & in_ready;`,
            `assign out_${index}_data = in_data;`,
          ]),
        ],
        false,
      );
    }
    case 'join': {
      const names = unit.inputs.map((_, index) => `in_${index}`);
      return moduleText(
        ['A beat of every input side by side, the first in the lowest bits.'],
        name,
        [
          ...names.flatMap((port, index) => inputPorts(beatBits(inputs[index]), port)),
          ...outputPorts(beatBits(output)),
        ],
        [
          `assign out_valid = ${names.map((port) => `${port}_valid`).join(' & ')};`,
          ...names.map((port) => `assign ${port}_ready = out_valid & out_ready;`),
          `assign out_data = {${[...names]
            .reverse()
            .map((port) => `${port}_data`)
            .join(', ')}};`,
        ],
        false,
      );
    }
    default:
      return unit satisfies never;
  }
}

const passing = [
  'assign in_ready = out_ready;',
  'assign out_valid = in_valid;',
  'assign out_data = in_data;',
];

function padModule(
  name: string,
  { image, padding, fill }: Extract<Unit, { kind: 'pad' }>,
  [input]: BeatType,
  [output]: BeatType,
): string {
  const height = image.height + padding.top + padding.bottom;
  const width = image.width + padding.left + padding.right;
  const [row, column] = [counter(height - 1), counter(width - 1)];
  const [inBits, outBits] = [widthOf(input.range), widthOf(output.range)];
  const extended = Array.from({ length: input.count }, (_, index) =>
    resized({ text: `in_${index}`, width: inBits, signed: isSigned(input.range) }, outBits),
  );
  const [bottom, rightmost] = [padding.top + image.height - 1, padding.left + image.width - 1];
  const between = (
    register: string,
    low: number,
    high: number,
    last: number,
    at: (value: number) => string,
  ) => [
    ...(low > 0 ? [`(${register} >= ${at(low)})`] : []),
    ...(high < last ? [`(${register} <= ${at(high)})`] : []),
  ];
  const inside = [
    ...between('row', padding.top, bottom, height - 1, row.at),
    ...between('column', padding.left, rightmost, width - 1, column.at),
  ];
  const behind = [
    ...(bottom < height - 1 ? [`(row > ${row.at(bottom)})`] : []),
    ...(rightmost < width - 1 ? [`((row == ${row.at(bottom)}) & (column > ${column.at(rightmost)}))`] : []),
  ];
  return moduleText(
    [
      `An image ${image.height} x ${image.width} with ${padding.top} + ${padding.bottom} rows and ` +
        `${padding.left} + ${padding.right} columns of ${fill} around it.`,
    ],
    name,
    [...inputPorts(inBits * input.count), ...outputPorts(outBits * output.count)],
    [
      `reg ${row.range} row;`,
      `reg ${column.range} column;`,
      ...extended.map(
        (_, index) =>
          `wire ${range(inBits)} in_${index} = in_data[${(index + 1) * inBits - 1}:${index * inBits}];`,
      ),
      `wire in_image = ${inside.length > 0 ? inside.join(' & ') : "1'b1"};`,
      '// No zeros of an image that has not come yet.',
      `wire behind = ${behind.length > 0 ? behind.join(' | ') : "1'b0"};`,
      'assign out_valid = behind | in_valid;',
      'assign in_ready = in_image & out_ready;',
      `assign out_data = in_image ? {${[...extended].reverse().join(', ')}} : ${packedLiteral(new Array<number>(input.count).fill(fill), outBits)};`,
      'wire move = out_valid & out_ready;',
      'always @(posedge clk) begin',
      ...count('column', 'move', width - 1, column).map((line) => `  ${line}`),
      ...count('row', `move & (column == ${column.at(width - 1)})`, height - 1, row).map(
        (line) => `  ${line}`,
      ),
      'end',
    ],
  );
}

function inputPorts(bits: number, port = 'in'): string[] {
  return [`input wire ${port}_valid`, `output wire ${port}_ready`, `input wire ${range(bits)} ${port}_data`];
}

function outputPorts(bits: number, port = 'out'): string[] {
  return [`output wire ${port}_valid`, `input wire ${port}_ready`, `output wire ${range(bits)} ${port}_data`];
}

/** @param clocked  whether the module has registers */
export function moduleText(
  header: readonly string[],
  name: string,
  ports: readonly string[],
  body: readonly string[],
  clocked = true,
): string {
  const all = [...(clocked ? ['input wire clk', 'input wire rst'] : []), ...ports];
  return [
    ...header.map((line) => `// ${line}`),
    `module ${name} (`,
    all.map((port) => `  ${port}`).join(',\n'),
    ');',
    ...body.map((line) => (line === '' ? '' : `  ${line}`)),
    'endmodule',
  ].join('\n');
}
