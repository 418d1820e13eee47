/**
 * A plain Verilog test bench with the same behaviour as the Verilator driver: random gaps and stalls, one line an
 * event (accepted cycle, taken cycle, output in hexadecimal, tag where there is one).
 *
 * Reads `events.hex`, one input beat a line. It is steered by plusargs: `+events=N (input beats) +gap=G +stall=S +seed=N +limit=N`; with
 * `+reset_at=CYCLE` a reset in the middle of the run throws away what is inside, and the events that had not left are
 * offered again. From the first reset on, unknown bits on an output are reported by a line `unknown CYCLE`.
 */
import type { BeatPorts } from './verilator-main.ts';

/** Input beats that the test bench has room for: wide ones, and pixels or rows of a stream. */
export function testbenchRoom({ inputBeats = 1 }: Pick<BeatPorts, 'inputBeats'>): number {
  return inputBeats === 1 ? 4096 : 65536;
}

export function icarusTestbench({
  name,
  inputBits,
  outputBits,
  tagBits,
  traceTokenBits,
  traceDataBits,
  inputBeats = 1,
  outputBeats = 1,
}: BeatPorts): string {
  const room = testbenchRoom({ inputBeats });
  const tagged = tagBits > 0;
  const traced = traceTokenBits > 0;
  const tagPorts = tagged ? ' .in_tag(in_tag), .out_tag(out_tag),' : '';
  const tracePorts = traced ? ' .trace_token(trace_token), .trace_data(trace_data),' : '';
  return `// Test bench of ${name}: see README.md for its plusargs.
module testbench;
  reg clk = 0;
  reg rst = 1;
  reg in_valid = 0;
  reg out_ready = 0;
  reg [${inputBits - 1}:0] in_data = 0;
  wire in_ready;
  wire out_valid;
  wire [${outputBits - 1}:0] out_data;
${tagged ? `  reg [${tagBits - 1}:0] in_tag = 0;\n  wire [${tagBits - 1}:0] out_tag;\n` : ''}${
    traced
      ? `  wire [${traceTokenBits - 1}:0] trace_token;\n  wire [${traceDataBits - 1}:0] trace_data;\n`
      : ''
  }  ${name} dut (.clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),${tagPorts}${tracePorts}
    .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data));

  reg [${inputBits - 1}:0] events [0:${room - 1}];
  integer accepted [0:${room - 1}];
  integer count;
  integer results;
  integer gap;
  integer stall;
  integer limit;
  integer reset_at;
  integer seed;
${traced ? `  integer trace_from;\n  integer trace_to;\n  integer bit_at;\n  integer counts [0:${traceTokenBits - 1}];\n` : ''}  integer sent = 0;
  integer done = 0;
  integer cycle = 0;
  reg offering = 0;
  reg [31:0] in_state;
  reg [31:0] out_state;

  function [31:0] next_state(input [31:0] state);
    reg [31:0] s;
    begin
      s = state ^ (state << 13);
      s = s ^ (s >> 17);
      next_state = s ^ (s << 5);
    end
  endfunction

  always #5 clk = ~clk;

  initial begin
    if (!$value$plusargs("events=%d", count)) count = 1;
    if (!$value$plusargs("gap=%d", gap)) gap = 0;
    if (!$value$plusargs("stall=%d", stall)) stall = 0;
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    if (!$value$plusargs("limit=%d", limit)) limit = 1000000;
    if (!$value$plusargs("reset_at=%d", reset_at)) reset_at = -1;
${
  traced
    ? `    if (!$value$plusargs("trace_from=%d", trace_from)) trace_from = -1;
    if (!$value$plusargs("trace_to=%d", trace_to)) trace_to = limit;
    for (bit_at = 0; bit_at < ${traceTokenBits}; bit_at = bit_at + 1) counts[bit_at] = 0;
`
    : ''
}    results = count / ${inputBeats} * ${outputBeats};
    in_state = seed * 2 + 1;
    out_state = in_state ^ 32'h9e3779b9;
    $readmemh("events.hex", events, 0, count - 1);
    repeat (4) @(posedge clk);
    @(negedge clk) rst = 0;
    while (done < results && cycle < limit) begin
      in_state = next_state(in_state);
      out_state = next_state(out_state);
      if (!offering && sent < count && in_state[31:24] >= gap) begin
        offering = 1;
        in_data = events[sent];
${tagged ? `        in_tag = sent / ${inputBeats};\n` : ''}      end
      in_valid = offering;
      out_ready = out_state[31:24] >= stall;
      rst = cycle == reset_at;
      #1;
      if (^{in_ready, out_valid, out_data${tagged ? ', out_tag' : ''}} === 1'bx) $display("unknown %0d", cycle);
${
  traced
    ? `      if (cycle == trace_from) begin
        $write("trace counts");
        for (bit_at = 0; bit_at < ${traceTokenBits}; bit_at = bit_at + 1) $write(" %0d", counts[bit_at]);
        $write("\\n");
      end
      if (cycle < trace_from)
        for (bit_at = 0; bit_at < ${traceTokenBits}; bit_at = bit_at + 1)
          if (trace_token[bit_at] === 1'b1) counts[bit_at] = counts[bit_at] + 1;
      if (|trace_token && cycle >= trace_from && cycle <= trace_to) $display("trace %0d %h %h", cycle, trace_token, trace_data);
`
    : ''
}      if (rst) begin
        $display("reset %0d with %0d events inside", cycle, (sent + ${inputBeats - 1}) / ${inputBeats} - done / ${outputBeats});
        sent = done / ${outputBeats} * ${inputBeats};
        offering = 0;
      end else begin
        if (offering && in_ready) begin
          if (sent % ${inputBeats} == 0) accepted[sent / ${inputBeats}] = cycle;
          sent = sent + 1;
          offering = 0;
        end
        if (out_valid && out_ready) begin
          $display("%0d %0d %h${tagged ? ' %h' : ''}", accepted[done / ${outputBeats}], cycle, out_data${tagged ? ', out_tag' : ''});
          done = done + 1;
        end
      end
      @(negedge clk) cycle = cycle + 1;
    end
    $finish;
  end
endmodule
`;
}
