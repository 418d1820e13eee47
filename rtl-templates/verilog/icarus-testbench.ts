/**
 * A plain Verilog test bench with the same behaviour as the Verilator driver: random gaps and stalls, one line an
 * event (accepted cycle, taken cycle, output in hexadecimal). Reads `events.hex`, one event a line.
 */
import type { TopPorts } from './top-module.ts';

/** Probability in 1/256 of no new event, and of no readiness, in a cycle; `seed` of both. */
interface Noise {
  readonly gap: number;
  readonly stall: number;
  readonly seed: number;
}

export function icarusTestbench(
  { name, inputBits, outputBits }: TopPorts,
  events: number,
  { gap, stall, seed }: Noise,
  limit: number,
): string {
  return `\`timescale 1ns/1ps
module testbench;
  reg clk = 0;
  reg rst = 1;
  reg in_valid = 0;
  reg out_ready = 0;
  reg [${inputBits - 1}:0] in_data = 0;
  wire in_ready;
  wire out_valid;
  wire [${outputBits - 1}:0] out_data;
  ${name} dut (.clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
    .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data));

  reg [${inputBits - 1}:0] events [0:${events - 1}];
  integer accepted [0:${events - 1}];
  integer sent = 0;
  integer done = 0;
  integer cycle = 0;
  reg offering = 0;
  reg [31:0] in_state = ${(seed * 2 + 1) >>> 0};
  reg [31:0] out_state = ${((seed * 2 + 1) ^ 0x9e3779b9) >>> 0};

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
    $readmemh("events.hex", events);
    repeat (4) @(posedge clk);
    @(negedge clk) rst = 0;
    while (done < ${events} && cycle < ${limit}) begin
      in_state = next_state(in_state);
      out_state = next_state(out_state);
      if (!offering && sent < ${events} && in_state[31:24] >= ${gap}) begin
        offering = 1;
        in_data = events[sent];
      end
      in_valid = offering;
      out_ready = out_state[31:24] >= ${stall};
      #1;
      if (offering && in_ready) begin
        accepted[sent] = cycle;
        sent = sent + 1;
        offering = 0;
      end
      if (out_valid && out_ready) begin
        $display("%0d %0d %h", accepted[done], cycle, out_data);
        done = done + 1;
      end
      @(negedge clk) cycle = cycle + 1;
    end
    $finish;
  end
endmodule
`;
}
