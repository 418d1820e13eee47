/**
 * An AXI4-Stream wrapper around a top whose event is one beat: narrow beats are gathered into its input word, its result
 * leaves in narrow beats. Of a design whose events have several beats: axi-beats.ts.
 *
 * Bit i of the top's word is bit i mod W of beat floor(i / W); the rest of the last beat is 0 on the way out and
 * ignored on the way in. TLAST marks the last beat of a word on both sides. A word whose TLAST comes at another beat,
 * or of which a byte is missing by TKEEP, is dropped and reported on `malformed`; the stream goes on behind its TLAST.
 * With tags, words are numbered as they are handed in, and each result carries its word's number on TUSER.
 */
import { keep, lastKeep, moved, streamLayout } from './axi-layout.ts';
import { range } from './bits.ts';
import type { TopPorts } from './top-module.ts';

export function axiStreamModule(top: TopPorts, beatBits: number): string {
  const { module, inputBeats, outputBeats } = streamLayout(top, beatBits);
  const { name, inputBits, outputBits, tagBits } = top;
  const bytes = beatBits / 8;
  const counter = (beats: number) => beats.toString(2).length;
  const [inCount, outCount] = [counter(inputBeats - 1), counter(outputBeats)];
  const [inKeep, outKeep] = [lastKeep(inputBits, beatBits), lastKeep(outputBits, beatBits)];
  const all = keep(bytes, beatBits);
  const [inWord, outWord] = [inputBeats * beatBits, outputBeats * beatBits];
  const padding = outWord - outputBits;
  return `// AXI4-Stream around ${name}: ${inputBeats} beats of ${beatBits} bits in, ${outputBeats} out.
module ${module} (
  input wire aclk,
  input wire aresetn,
  input wire ${range(beatBits)} s_axis_tdata,
  input wire ${range(bytes)} s_axis_tkeep,
  input wire s_axis_tlast,
  input wire s_axis_tvalid,
  output wire s_axis_tready,
  output wire ${range(beatBits)} m_axis_tdata,
  output wire ${range(bytes)} m_axis_tkeep,
  output wire m_axis_tlast,
${tagBits > 0 ? `  output wire ${range(tagBits)} m_axis_tuser,\n` : ''}  output wire m_axis_tvalid,
  input wire m_axis_tready,
  // High for a cycle when an event was dropped: its TLAST came at the wrong beat, or bytes of it were missing.
  output reg malformed
);
  wire rst = ~aresetn;
  wire in_ready;
  wire out_valid;
  wire ${range(outputBits)} out_data;

  // Gathering: beats are shifted in from above, so that the first ends in the lowest bits.
  reg ${range(inWord)} word;
  reg ${range(inCount)} beat;
  reg full;
  reg dropping;
  wire take = s_axis_tvalid & s_axis_tready;
  wire at_last = beat == ${inCount}'d${inputBeats - 1};
  wire ${range(bytes)} wanted = at_last ? ${inKeep} : ${all};
  wire whole = (s_axis_tkeep & wanted) == wanted;
  wire good = at_last & whole & ~dropping;
  assign s_axis_tready = ~rst & ~full;
  always @(posedge aclk) begin
    if (take) word <= ${moved('word', inWord, beatBits, 's_axis_tdata')};
    if (rst) beat <= ${inCount}'d0;
    else if (take) beat <= s_axis_tlast ? ${inCount}'d0 : at_last ? beat : beat + ${inCount}'d1;
    if (rst) dropping <= 1'b0;
    else if (take) dropping <= ~s_axis_tlast & (dropping | at_last | ~whole);
    if (rst) full <= 1'b0;
    else if (take & s_axis_tlast & good) full <= 1'b1;
    else if (in_ready) full <= 1'b0;
    malformed <= ~rst & take & s_axis_tlast & ~good;
  end
${
  tagBits > 0
    ? `
  // Events are numbered as they are handed in.
  reg ${range(tagBits)} number;
  wire ${range(tagBits)} out_tag;
  always @(posedge aclk) begin
    if (rst) number <= ${tagBits}'d0;
    else if (full & in_ready) number <= number + ${tagBits}'d1;
  end
`
    : ''
}
  // Giving away: the lowest beat first.
  reg ${range(outWord)} result;
  reg ${range(outCount)} left;
${tagBits > 0 ? `  reg ${range(tagBits)} user;\n  assign m_axis_tuser = user;\n` : ''}  wire out_ready = left == ${outCount}'d0;
  wire give = m_axis_tvalid & m_axis_tready;
  assign m_axis_tvalid = ~out_ready;
  assign m_axis_tdata = result${outWord === beatBits ? '' : `[${beatBits - 1}:0]`};
  assign m_axis_tlast = left == ${outCount}'d1;
  assign m_axis_tkeep = m_axis_tlast ? ${outKeep} : ${all};
  always @(posedge aclk) begin
    if (out_valid & out_ready) result <= ${padding === 0 ? 'out_data' : `{${padding}'d0, out_data}`};
    else if (give) result <= ${moved('result', outWord, beatBits, `${beatBits}'d0`)};
${tagBits > 0 ? '    if (out_valid & out_ready) user <= out_tag;\n' : ''}    if (rst) left <= ${outCount}'d0;
    else if (out_valid & out_ready) left <= ${outCount}'d${outputBeats};
    else if (give) left <= left - ${outCount}'d1;
  end

  ${name} core (
    .clk(aclk),
    .rst(rst),
    .in_valid(full),
    .in_ready(in_ready),
    .in_data(word${inWord === inputBits ? '' : `[${inputBits - 1}:0]`}),
${tagBits > 0 ? '    .in_tag(number),\n    .out_tag(out_tag),\n' : ''}    .out_valid(out_valid),
    .out_ready(out_ready),
    .out_data(out_data)
  );
endmodule`;
}
