/**
 * An AXI4-Stream wrapper around a top whose events have several beats: pixels, or rows.
 *
 * Every beat of the design is a whole number of stream beats: bit i of it is bit i mod W of the stream beat
 * floor(i / W) of it, the rest of the last one is 0 on the way out and ignored on the way in. TLAST marks the last
 * stream beat of an event on both sides; TKEEP leaves bytes out there only, on the way out.
 *
 * A design takes an event's first pixels long before its last, so that a malformed event cannot be dropped. One whose
 * TLAST comes too early is completed with zeros; of one without TLAST at its last beat all is thrown away that follows
 * until TLAST. Its result leaves as every other, so that events keep their count, with bit 0 of TUSER high at TLAST; so
 * does that of an event of which a byte was missing by TKEEP. To know, the last beat of a result waits for the last beat
 * of its event. `malformed` is high for a cycle when such an event has ended. With tags, events are numbered as they come,
 * and the bits of TUSER above hold a result's number.
 *
 * TVALID and TREADY on the way out depend on registers only, and no TREADY passes through the wrapper in a cycle. A stream
 * beat can move every cycle on both sides.
 */
import { keep, lastKeep, moved, streamLayout } from './axi-layout.ts';
import { range } from './bits.ts';
import type { BeatPorts } from './verilator-main.ts';
import { counter } from './window-module.ts';

/** @param events  that have come and not left at full rate; no more than about as many are let in */
export function axiBeatsModule(top: BeatPorts, beatBits: number, events: number): string {
  const {
    module,
    inputBeatsPerBeat: inBeats = 1,
    outputBeatsPerBeat: outBeats = 1,
  } = streamLayout(top, beatBits);
  const { name, inputBits, outputBits, tagBits, inputBeats = 1, outputBeats = 1 } = top;
  const bytes = beatBits / 8;
  const all = keep(bytes, beatBits);
  const [inKeep, outKeep] = [lastKeep(inputBits, beatBits), lastKeep(outputBits, beatBits)];
  const [inWord, outWord] = [inBeats * beatBits, outBeats * beatBits];
  const [part, place] = [counted('part', inBeats), counted('place', inputBeats)];
  const given = counted('given', outputBeats);
  const left = counter(outBeats);
  // All numbers of its bits are places of events, or say that there is none.
  const depth = 2 ** Math.max(2, events.toString(2).length) - 1;
  const open = counter(depth);
  const carried = tagBits + outputBits;
  const padded = (bits: string) => (outWord === outputBits ? bits : `{${outWord - outputBits}'d0, ${bits}}`);
  const tagged = (...lines: string[]) => (tagBits > 0 ? lines : []);
  const body = [
    'wire rst = ~aresetn;',
    'wire in_ready;',
    'wire out_valid;',
    `wire ${range(outputBits)} out_data;`,
    ...tagged(`wire ${range(tagBits)} out_tag;`),
    '',
    '// Events that have come and whose results have not left, the latest lowest: whether each was malformed.',
    `reg ${range(depth)} spoilt;`,
    `reg ${open.range} unanswered;`,
    '',
    '// Gathering: stream beats are shifted in from above, so that the first ends in the lowest bits.',
    `reg ${range(inWord)} word;`,
    'reg full;',
    'reg filling;',
    'reg dropping;',
    'reg wrong;',
    ...part.registers,
    ...place.registers,
    `wire end_of_beat = ${part.atEnd};`,
    `wire end_of_event = end_of_beat & ${place.atEnd};`,
    `wire room = (~full | in_ready) & ~(end_of_event & (unanswered == ${open.at(depth)}));`,
    'assign s_axis_tready = ~rst & (dropping | (room & ~filling));',
    'wire move = s_axis_tvalid & s_axis_tready;',
    'wire put = room & (filling | (s_axis_tvalid & ~dropping));',
    `wire ${range(beatBits)} next = s_axis_tdata & {${beatBits}{~filling}};`,
    `wire ${range(bytes)} wanted = ${inBeats === 1 ? inKeep : `end_of_beat ? ${inKeep} : ${all}`};`,
    'wire whole = (s_axis_tkeep & wanted) == wanted;',
    'wire bad = wrong | ~whole | (s_axis_tlast != end_of_event);',
    'wire came = put & end_of_event;',
    'always @(posedge aclk) begin',
    `  if (put) word <= ${moved('word', inWord, beatBits, 'next')};`,
    "  if (rst) full <= 1'b0;",
    "  else if (put & end_of_beat) full <= 1'b1;",
    "  else if (in_ready) full <= 1'b0;",
    ...part.advance('put'),
    ...place.advance('put & end_of_beat'),
    "  if (rst) wrong <= 1'b0;",
    '  else if (put) wrong <= bad & ~end_of_event;',
    "  if (rst) filling <= 1'b0;",
    '  else if (put) filling <= (filling | s_axis_tlast) & ~end_of_event;',
    "  if (rst) dropping <= 1'b0;",
    '  else if (move) dropping <= (dropping | end_of_event) & ~s_axis_tlast;',
    '  malformed <= ~rst & came & bad;',
    'end',
    ...tagged(
      '',
      '// Events are numbered as they are handed in.',
      'reg ending;',
      `reg ${range(tagBits)} number;`,
      'always @(posedge aclk) begin',
      '  if (put & end_of_beat) ending <= end_of_event;',
      `  if (rst) number <= ${tagBits}'d0;`,
      `  else if (full & in_ready & ending) number <= number + ${tagBits}'d1;`,
      'end',
    ),
    '',
    '// Giving away: the lowest bits first. A spare beat behind it, so that the design sees no TREADY.',
    `reg ${range(outWord)} result;`,
    `reg ${range(carried)} spare;`,
    'reg spare_full;',
    `reg ${left.range} left;`,
    ...tagged(`reg ${range(tagBits)} user;`),
    ...given.registers,
    `wire end_of_result = (left == ${left.at(1)}) & ${given.atEnd};`,
    'wire give = m_axis_tvalid & m_axis_tready;',
    `wire refill = (left == ${left.at(0)}) | (give & (left == ${left.at(1)}));`,
    `wire ${range(carried)} made = ${tagBits > 0 ? '{out_tag, out_data}' : 'out_data'};`,
    `wire ${range(carried)} source = spare_full ? spare : made;`,
    `wire known = unanswered != ${open.at(0)};`,
    `wire ${open.range} oldest = unanswered - ${open.at(1)};`,
    'wire malformed_one = known & spoilt[oldest];',
    'wire gone = give & end_of_result;',
    `assign m_axis_tvalid = (left != ${left.at(0)}) & (known | ~end_of_result);`,
    `assign m_axis_tdata = result${outWord === beatBits ? '' : `[${beatBits - 1}:0]`};`,
    'assign m_axis_tlast = end_of_result;',
    `assign m_axis_tkeep = end_of_result ? ${outKeep} : ${all};`,
    `assign m_axis_tuser = ${tagBits > 0 ? '{user, malformed_one & end_of_result}' : 'malformed_one & end_of_result'};`,
    'always @(posedge aclk) begin',
    `  if (refill) result <= ${padded(carried === outputBits ? 'source' : `source[${outputBits - 1}:0]`)};`,
    ...(outBeats > 1
      ? [`  else if (give) result <= ${moved('result', outWord, beatBits, `${beatBits}'d0`)};`]
      : []),
    ...tagged(`  if (refill) user <= source[${carried - 1}:${outputBits}];`),
    `  if (rst) left <= ${left.at(0)};`,
    `  else if (refill) left <= (spare_full | out_valid) ? ${left.at(outBeats)} : ${left.at(0)};`,
    ...(outBeats > 1 ? [`  else if (give) left <= left - ${left.at(1)};`] : []),
    '  if (out_valid & ~spare_full) spare <= made;',
    "  if (rst) spare_full <= 1'b0;",
    '  else spare_full <= ~refill & (spare_full | out_valid);',
    ...given.advance(`give & (left == ${left.at(1)})`),
    `  if (came) spoilt <= {spoilt[${depth - 2}:0], bad};`,
    `  if (rst) unanswered <= ${open.at(0)};`,
    `  else if (came & ~gone) unanswered <= unanswered + ${open.at(1)};`,
    `  else if (gone & ~came) unanswered <= unanswered - ${open.at(1)};`,
    'end',
    '',
    `${name} core (`,
    [
      '.clk(aclk)',
      '.rst(rst)',
      '.in_valid(full)',
      '.in_ready(in_ready)',
      `.in_data(word${inWord === inputBits ? '' : `[${inputBits - 1}:0]`})`,
      ...tagged('.in_tag(number)', '.out_tag(out_tag)'),
      '.out_valid(out_valid)',
      '.out_ready(~spare_full)',
      '.out_data(out_data)',
    ]
      .map((port) => `  ${port}`)
      .join(',\n  '),
    ');',
  ];
  return [
    `// AXI4-Stream around ${name}, beats of ${beatBits} bits: an event is ${inputBeats} x ${inBeats} of them, a result ${outputBeats} x ${outBeats}.`,
    `module ${module} (`,
    '  input wire aclk,',
    '  input wire aresetn,',
    `  input wire ${range(beatBits)} s_axis_tdata,`,
    `  input wire ${range(bytes)} s_axis_tkeep,`,
    '  input wire s_axis_tlast,',
    '  input wire s_axis_tvalid,',
    '  output wire s_axis_tready,',
    `  output wire ${range(beatBits)} m_axis_tdata,`,
    `  output wire ${range(bytes)} m_axis_tkeep,`,
    '  output wire m_axis_tlast,',
    `  // Bit 0, with TLAST: the event was malformed, its result is worth nothing.${tagBits > 0 ? ' Above: its number.' : ''}`,
    `  output wire ${range(tagBits + 1)} m_axis_tuser,`,
    '  output wire m_axis_tvalid,',
    '  input wire m_axis_tready,',
    '  // High for a cycle when an event was malformed: its TLAST came at the wrong beat, or bytes of it were missing.',
    '  output reg malformed',
    ');',
    ...body.map((line) => (line === '' ? '' : `  ${line}`)),
    'endmodule',
  ].join('\n');
}

/** A count of steps 0 to count - 1 and around; nothing where there is but one. */
function counted(name: string, count: number) {
  const { range: bits, at } = counter(count - 1);
  if (count === 1) return { registers: [], atEnd: "1'b1", advance: () => [] };
  return {
    registers: [`reg ${bits} ${name};`],
    atEnd: `(${name} == ${at(count - 1)})`,
    advance: (when: string) => [
      `  if (rst) ${name} <= ${at(0)};`,
      `  else if (${when}) ${name} <= (${name} == ${at(count - 1)}) ? ${at(0)} : ${name} + ${at(1)};`,
    ],
  };
}
