`default_nettype none
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSEDSIGNAL */

// Layer weigh: rows of x in two beats; products rounded to even
// Steps 0 to 1 of the event, 57 register bits.
module golden_weigh (
  input wire clk,
  input wire token_accept,
  input wire token_0,
  input wire token_1,
  input wire token_2,
  input wire [23:0] frame_0,
  output wire [23:0] o_accumulate_6
);
  genvar i0;

  // step 0
  wire [11:0] serialise_1;
  generate
    for (i0 = 0; i0 < 3; i0 = i0 + 1) begin : serialise_1_beats
      assign serialise_1[(i0) * 4 +: 4] = ({4{token_0}} & frame_0[(i0) * 4 +: 4]) | ({4{token_1}} & frame_0[(i0 + 3) * 4 +: 4]);
    end
  endgenerate
  reg [11:0] constant_3_s0;
  always @(posedge clk) constant_3_s0 <= ({12{token_accept}} & 12'h5e3) | ({12{token_0}} & 12'hc71);
  wire [20:0] round_5;
  generate
    for (i0 = 0; i0 < 3; i0 = i0 + 1) begin : golden_weigh_s0_1_lanes
      golden_weigh_s0_1 lane (
        .x0(serialise_1[(i0) * 4 +: 4]),
        .x1(constant_3_s0[(i0) * 4 +: 4]),
        .y_round_5(round_5[(i0) * 7 +: 7])
      );
    end
  endgenerate
  reg [20:0] round_5_d1;
  always @(posedge clk) round_5_d1 <= round_5;

  // step 1
  wire [23:0] accumulate_6_next;
  reg [23:0] accumulate_6;
  generate
    for (i0 = 0; i0 < 3; i0 = i0 + 1) begin : accumulate_6_sums
      assign accumulate_6_next[(i0) * 8 +: 8] = ({8{~token_1}} & accumulate_6[(i0) * 8 +: 8]) + {{1{round_5_d1[(i0) * 7 + 6]}}, round_5_d1[(i0) * 7 +: 7]};
    end
  endgenerate
  always @(posedge clk) if (token_1 | token_2) accumulate_6 <= accumulate_6_next;

  assign o_accumulate_6 = accumulate_6;
endmodule

// weigh, step 0: multiply, round; 3 lanes
module golden_weigh_s0_1 (
  input wire [3:0] x0,
  input wire [3:0] x1,
  output wire [6:0] y_round_5
);
  (* use_dsp = "no" *) wire [7:0] l_multiply_4;
  assign l_multiply_4 = $signed({4'd0, x0}) * $signed({{4{x1[3]}}, x1});
  wire [6:0] l_round_5;
  wire [9:0] l_round_5_s;
  wire [7:0] l_round_5_q;
  assign l_round_5_s = {{{1{l_multiply_4[7]}}, l_multiply_4}, 1'b1} + {9'h0, l_multiply_4[1]};
  assign l_round_5_q = l_round_5_s[9:2];
  assign l_round_5 = l_round_5_q[6:0];
  assign y_round_5 = l_round_5;
endmodule

`default_nettype wire
