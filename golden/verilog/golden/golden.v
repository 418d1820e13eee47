`default_nettype none
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSEDSIGNAL */

// golden: one event every 3 cycles, latency 6 cycles,
// scheduled for 5 ns on ultrascale-plus-2L. All ports are synchronous to clk; rst is synchronous.
module golden (
  input wire clk,
  input wire rst,
  input wire in_valid,
  output wire in_ready,
  input wire [23:0] in_data,
  input wire [3:0] in_tag,
  output wire [3:0] out_tag,
  output wire out_valid,
  input wire out_ready,
  output wire [35:0] out_data
);
  wire accept;
  wire [4:0] token;
  wire [35:0] result;
  golden_control control (
    .clk(clk),
    .rst(rst),
    .in_valid(in_valid),
    .in_ready(in_ready),
    .accept(accept),
    .token(token),
    .result(result),
    .in_tag(in_tag),
    .out_tag(out_tag),
    .out_valid(out_valid),
    .out_ready(out_ready),
    .out_data(out_data)
  );

  // Frame registers.
  reg [23:0] frame_0;
  always @(posedge clk) if (accept) frame_0 <= in_data[23:0];

  // Layers.
  wire [23:0] accumulate_6;
  wire [23:0] concat_20;
  golden_weigh i_golden_weigh (
    .clk(clk),
    .token_accept(accept),
    .token_0(token[0]),
    .token_1(token[1]),
    .token_2(token[2]),
    .frame_0(frame_0),
    .o_accumulate_6(accumulate_6)
  );
  golden_shape i_golden_shape (
    .clk(clk),
    .token_3(token[3]),
    .accumulate_6(accumulate_6),
    .o_concat_20(concat_20)
  );

  // Elements of the result, each as wide as the type of its tensor.
  wire [7:0] y0 = concat_20[7:0];
  wire [7:0] y1 = concat_20[15:8];
  wire [7:0] y2 = concat_20[23:16];
  assign result = {{{4{y2[7]}}, y2}, {{4{y1[7]}}, y1}, {{4{y0[7]}}, y0}};
endmodule

`default_nettype wire
