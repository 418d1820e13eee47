/**
 * A window unit as Verilog: line memories, the scan over them, and the window's registers with their masks.
 *
 * The memories are read through a register and have one write and one read port, never at one address in a cycle, so
 * that they become block or distributed memory. See sim/pipeline/network/geometry.ts for the scan.
 */
import { isSigned, widthOf } from '../../sim/pipeline/circuit/index.ts';
import { type BeatType, type Window, windowGeometry } from '../../sim/pipeline/network/index.ts';
import { literal, packedLiteral, range, resized } from './bits.ts';

/** @param input  beat of a pixel  @param output  beat of a window */
export function windowModule(name: string, unit: Window, [input]: BeatType, [output]: BeatType): string {
  const { image, window, stride, padding, fill } = unit;
  const { height, width } = image;
  const [rows, columns] = window;
  const { outRows, outColumns, below, right, drains, capacity, need, overlapNeed } = windowGeometry(unit);
  const elementBits = widthOf(output.range);
  const inputBits = widthOf(input.range);
  const pixelBits = elementBits * input.count;
  const row = counter(height - 1);
  const column = counter(width - 1);
  const lead = counter(right);
  const ahead = counter(capacity);
  const phases = stride.map((size) => counter(size - 1));
  const hasNeed = below > 0 && height > 1;

  const extended = Array.from({ length: input.count }, (_, index) =>
    resized({ text: `in_${index}`, width: inputBits, signed: isSigned(input.range) }, elementBits),
  );
  const rowInside = Array.from({ length: rows }, (_, i) =>
    inside('out_row', i - padding.top, height - 1, row),
  );
  const columnInside = Array.from({ length: columns }, (_, j) =>
    inside('out_column', j - padding.left, width - 1, column),
  );
  const emits = [
    'move',
    ...(right > 0 ? [`(lead == ${lead.at(0)})`] : []),
    ...(stride[0] > 1 ? [`(row_phase == ${phases[0].at(0)})`] : []),
    ...(stride[1] > 1 ? [`(column_phase == ${phases[1].at(0)})`] : []),
    ...atMost('out_row', (outRows - 1) * stride[0], height - 1, row),
    ...atMost('out_column', (outColumns - 1) * stride[1], width - 1, column),
  ];
  const rowEnd = `(column == ${column.at(width - 1)})`;
  const outRowEnd = `(out_column == ${column.at(width - 1)})`;
  const firstBank = (rows - padding.top) % rows;
  const rotate = (bank: string) => (rows === 1 ? bank : `{${bank}[${rows - 2}:0], ${bank}[${rows - 1}]}`);
  const restart = drains ? [] : [`scan & ${rowEnd} & (row == ${row.at(height - 1)})`];

  const lines = [
    ...extended.map(
      (_, index) =>
        `wire ${range(inputBits)} in_${index} = in_data[${(index + 1) * inputBits - 1}:${index * inputBits}];`,
    ),
    `wire ${range(pixelBits)} pixel = {${extended.reverse().join(', ')}};`,
    '',
    '// Pixels written and not yet scanned.',
    `reg ${ahead.range} ahead;`,
    `assign in_ready = ~rst & (ahead != ${ahead.at(capacity)});`,
    'wire take = in_valid & in_ready;',
    `reg ${column.range} write_column;`,
    `reg ${range(rows)} write_bank;`,
    '',
    '// The scan, and the place of the window that its next column completes.',
    `reg ${row.range} row;`,
    `reg ${column.range} column;`,
    `reg ${range(rows)} top_bank;`,
    `reg ${row.range} out_row;`,
    `reg ${column.range} out_column;`,
    ...(right > 0 ? [`reg ${lead.range} lead;`] : []),
    ...(stride[0] > 1 ? [`reg ${phases[0].range} row_phase;`] : []),
    ...(stride[1] > 1 ? [`reg ${phases[1].range} column_phase;`] : []),
    ...(hasNeed ? [`reg ${ahead.range} need;`] : []),
    'reg shown;',
    'wire advance = ~shown | out_ready;',
    ...(drains
      ? [
          `reg ${lead.range} draining;`,
          `wire between = (row == ${row.at(0)}) & (column == ${column.at(0)}) & (lead == ${lead.at(0)});`,
          `wire enough = ahead > (between ? ${ahead.at(overlapNeed)} : ${hasNeed ? 'need' : ahead.at(0)});`,
          `wire drain = (draining != ${lead.at(0)}) | (between & ~enough);`,
          'wire scan = advance & ~drain & enough;',
          'wire move = advance & (drain | enough);',
        ]
      : [`wire scan = advance & (ahead > ${hasNeed ? 'need' : ahead.at(0)});`, 'wire move = scan;']),
    `wire place = move${right > 0 ? ` & (lead == ${lead.at(0)})` : ''};`,
    `wire emit = ${emits.join(' & ')};`,
    `wire ${range(rows)} row_inside = {${[...rowInside].reverse().join(', ')}};`,
    `wire ${range(columns)} column_inside = {${[...columnInside].reverse().join(', ')}};`,
    'always @(posedge clk) begin',
    ...[
      `if (rst) ahead <= ${ahead.at(0)};`,
      `else if (take & ~scan) ahead <= ahead + ${ahead.at(1)};`,
      `else if (scan & ~take) ahead <= ahead - ${ahead.at(1)};`,
      ...count('write_column', 'take', width - 1, column),
      `if (rst) write_bank <= ${literal(1, rows)};`,
      `else if (take & (write_column == ${column.at(width - 1)})) write_bank <= ${rotate('write_bank')};`,
      ...count('column', 'scan', width - 1, column),
      ...count('row', `scan & ${rowEnd}`, height - 1, row),
      `if (rst) top_bank <= ${literal(2 ** firstBank, rows)};`,
      `else if (scan & ${rowEnd}) top_bank <= ${rotate('top_bank')};`,
      ...(hasNeed
        ? [
            `if (rst) need <= ${ahead.at(need(0))};`,
            `else if (scan & ${rowEnd} & (row == ${row.at(height - 1)})) need <= ${ahead.at(need(0))};`,
            `else if (scan & ${rowEnd}${below < height - 1 ? ` & (row >= ${row.at(height - 1 - below)})` : ''}) need <= need - ${ahead.at(width)};`,
          ]
        : []),
      ...count('out_column', 'place', width - 1, column, restart),
      ...count('out_row', `place & ${outRowEnd}`, height - 1, row, restart),
      ...(stride[1] > 1
        ? count('column_phase', 'place', stride[1] - 1, phases[1], [...restart, `place & ${outRowEnd}`])
        : []),
      ...(stride[0] > 1
        ? count('row_phase', `place & ${outRowEnd}`, stride[0] - 1, phases[0], [
            ...restart,
            `place & ${outRowEnd} & (out_row == ${row.at(height - 1)})`,
          ])
        : []),
      ...(right > 0
        ? [
            `if (rst) lead <= ${lead.at(right)};`,
            ...(drains
              ? [
                  `else if (move & drain & ${right === 1 ? "1'b1" : `(draining == ${lead.at(1)})`}) lead <= ${lead.at(right)};`,
                ]
              : [`else if (${restart[0]}) lead <= ${lead.at(right)};`]),
            `else if (move & (lead != ${lead.at(0)})) lead <= lead - ${lead.at(1)};`,
          ]
        : []),
      ...(drains
        ? [
            `if (rst) draining <= ${lead.at(0)};`,
            `else if (move & drain) draining <= (draining == ${lead.at(0)}) ? ${lead.at(right - 1)} : draining - ${lead.at(1)};`,
          ]
        : []),
    ].map((line) => `  ${line}`),
    'end',
    '',
    '// A column is read, then joins the window.',
    'reg read;',
    'reg read_emit;',
    `reg ${range(rows)} read_bank;`,
    `reg ${range(rows)} read_row_inside;`,
    `reg ${range(columns)} read_column_inside;`,
    `reg ${range(rows)} show_row;`,
    `reg ${range(columns)} show_column;`,
    'always @(posedge clk) begin',
    "  if (rst) read <= 1'b0;",
    '  else if (advance) read <= move;',
    "  if (rst) read_emit <= 1'b0;",
    '  else if (advance) read_emit <= emit;',
    "  if (rst) shown <= 1'b0;",
    '  else if (advance) shown <= read_emit;',
    '  if (advance) begin',
    '    read_bank <= top_bank;',
    '    read_row_inside <= row_inside;',
    '    read_column_inside <= column_inside;',
    '    show_row <= read_row_inside;',
    '    show_column <= read_column_inside;',
    '  end',
    'end',
    `wire ${range(rows * pixelBits)} lines;`,
    'genvar i;',
    'generate',
    `  for (i = 0; i < ${rows}; i = i + 1) begin : line`,
    `    reg ${range(pixelBits)} pixels [0:${width - 1}];`,
    `    reg ${range(pixelBits)} pixel_read;`,
    '    always @(posedge clk) begin',
    '      if (take & write_bank[i]) pixels[write_column] <= pixel;',
    '      if (scan) pixel_read <= pixels[column];',
    '    end',
    `    assign lines[i * ${pixelBits} +: ${pixelBits}] = pixel_read;`,
    '  end',
    'endgenerate',
    ...Array.from({ length: rows }, (_, i) => {
      const choices = Array.from({ length: rows }, (_, bank) => {
        const line = (bank + i) % rows;
        return `({${pixelBits}{read_bank[${bank}]}} & lines[${(line + 1) * pixelBits - 1}:${line * pixelBits}])`;
      });
      const rowBits = columns * pixelBits;
      const newer = columns === 1 ? `column_${i}` : `{column_${i}, window_${i}[${rowBits - 1}:${pixelBits}]}`;
      return [
        `wire ${range(pixelBits)} column_${i} = ${choices.join(' | ')};`,
        `reg ${range(rowBits)} window_${i};`,
        `always @(posedge clk) if (advance & read) window_${i} <= ${newer};`,
      ];
    }).flat(),
    '',
    '// What lies outside the image is masked.',
    'assign out_valid = shown;',
    `assign out_data = {${Array.from({ length: rows * columns }, (_, at) => {
      const [i, j] = [Math.floor(at / columns), at % columns];
      const own = `window_${i}[${(j + 1) * pixelBits - 1}:${j * pixelBits}]`;
      const shownHere = `(show_row[${i}] & show_column[${j}])`;
      const outside = packedLiteral(new Array<number>(input.count).fill(fill), elementBits);
      return fill === 0 ? `({${pixelBits}{${shownHere}}} & ${own})` : `(${shownHere} ? ${own} : ${outside})`;
    })
      .reverse()
      .join(',\n  ')}};`,
  ];
  return [
    `// Windows ${rows} x ${columns}, stride ${stride.join(' x ')}, of an image ${height} x ${width} of ${input.count} x ${elementBits} bits,`,
    `// padded by ${padding.top} + ${padding.bottom} rows and ${padding.left} + ${padding.right} columns of ${fill}: ${outRows} x ${outColumns} windows an image.`,
    `module ${name} (`,
    '  input wire clk,',
    '  input wire rst,',
    '  input wire in_valid,',
    '  output wire in_ready,',
    `  input wire ${range(inputBits * input.count)} in_data,`,
    '  output wire out_valid,',
    '  input wire out_ready,',
    `  output wire ${range(rows * columns * pixelBits)} out_data`,
    ');',
    ...lines.map((line) => (line === '' ? '' : `  ${line}`)),
    'endmodule',
  ].join('\n');
}

/** A register that counts to `last`: its declaration, and a number of its width. */
export function counter(last: number): { readonly range: string; readonly at: (value: number) => string } {
  const bits = Math.max(1, last.toString(2).length);
  return { range: range(bits), at: (value) => `${bits}'d${value}` };
}

/** Statements that count a register on `when` from 0 to `last` and round; `clear` puts it to 0 first. */
export function count(
  register: string,
  when: string,
  last: number,
  { at }: ReturnType<typeof counter>,
  clear: readonly string[] = [],
): string[] {
  const reset = ['rst', ...clear.map((condition) => `(${condition})`)].join(' | ');
  return [
    `if (${reset}) ${register} <= ${at(0)};`,
    `else if (${when}) ${register} <= (${register} == ${at(last)}) ? ${at(0)} : ${register} + ${at(1)};`,
  ];
}

/** Whether `register + offset`, of a register within 0..last, is within 0..last. */
function inside(register: string, offset: number, last: number, { at }: ReturnType<typeof counter>): string {
  if (offset === 0) return "1'b1";
  if (Math.abs(offset) > last) return "1'b0";
  return offset < 0 ? `(${register} >= ${at(-offset)})` : `(${register} <= ${at(last - offset)})`;
}

function atMost(register: string, bound: number, last: number, { at }: ReturnType<typeof counter>): string[] {
  return bound >= last ? [] : [`(${register} <= ${at(bound)})`];
}
