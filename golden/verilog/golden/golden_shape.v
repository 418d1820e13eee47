`default_nettype none
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSEDSIGNAL */

// Layer shape: clipped; the largest through a table
// Steps 3 to 4 of the event, 21 register bits.
module golden_shape (
  input wire clk,
  input wire token_3,
  input wire [23:0] accumulate_6,
  output wire [23:0] o_concat_20
);
  genvar i0;
  localparam [5:0] constant_17 = 6'h24;

  // step 3
  wire [20:0] clamp_7;
  wire [20:0] select_18;
  generate
    for (i0 = 0; i0 < 3; i0 = i0 + 1) begin : golden_shape_s3_1_lanes
      wire [7:0] x0 = accumulate_6[(i0) * 8 +: 8];
      wire [1:0] x1 = constant_17[(i0) * 2 +: 2];
      wire [6:0] l_clamp_7;
      assign l_clamp_7 = ($signed(x0) < $signed(8'hec)) ? 7'h6c : ($signed(8'h28) < $signed(x0)) ? 7'h28 : x0[6:0];
      wire [0:0] l_less_16;
      assign l_less_16 = ($signed(l_clamp_7) < $signed(7'h0));
      wire [6:0] l_select_18;
      assign l_select_18 = l_less_16 ? {5'd0, x1} : l_clamp_7;
      assign clamp_7[(i0) * 7 +: 7] = l_clamp_7;
      assign select_18[(i0) * 7 +: 7] = l_select_18;
    end
  endgenerate
  wire [6:0] select_9;
  generate
    if (1) begin : golden_shape_s3_2_lanes
      wire [6:0] x0 = clamp_7[6:0];
      wire [6:0] x1 = clamp_7[13:7];
      wire [0:0] l_less_8;
      assign l_less_8 = ($signed(x0) < $signed(x1));
      wire [6:0] l_select_9;
      assign l_select_9 = l_less_8 ? x1 : x0;
      assign select_9[6:0] = l_select_9;
    end
  endgenerate
  wire [13:0] concat_10;
  assign concat_10[6:0] = select_9;
  assign concat_10[13:7] = clamp_7[20:14];
  wire [6:0] select_12;
  generate
    if (1) begin : golden_shape_s3_3_lanes
      wire [6:0] x0 = concat_10[6:0];
      wire [6:0] x1 = concat_10[13:7];
      wire [0:0] l_less_11;
      assign l_less_11 = ($signed(x0) < $signed(x1));
      wire [6:0] l_select_12;
      assign l_select_12 = l_less_11 ? x1 : x0;
      assign select_12[6:0] = l_select_12;
    end
  endgenerate
  wire [2:0] wrap_13;
  generate
    if (1) begin : golden_shape_s3_4_lanes
      wire [6:0] x0 = select_12;
      wire [2:0] l_wrap_13;
      assign l_wrap_13 = x0[2:0];
      assign wrap_13[2:0] = l_wrap_13;
    end
  endgenerate
  wire [6:0] table_14;
  golden_shape_rom_14 rom (.clk(clk), .address(wrap_13), .value(table_14[6:0]));
  reg [20:0] select_18_h1;
  always @(posedge clk) if (token_3) select_18_h1 <= select_18;

  // step 4
  wire [7:0] add_19;
  generate
    if (1) begin : golden_shape_s4_5_lanes
      wire [6:0] x0 = select_18_h1[20:14];
      wire [6:0] x1 = table_14;
      wire [7:0] l_add_19;
      assign l_add_19 = {{1{x0[6]}}, x0} + {{1{x1[6]}}, x1};
      assign add_19[7:0] = l_add_19;
    end
  endgenerate
  wire [23:0] concat_20;
  generate
    for (i0 = 0; i0 < 2; i0 = i0 + 1) begin : concat_20_part0
      assign concat_20[(i0) * 8 +: 8] = {{1{select_18_h1[(i0) * 7 + 6]}}, select_18_h1[(i0) * 7 +: 7]};
    end
  endgenerate
  assign concat_20[23:16] = add_19;

  assign o_concat_20 = concat_20;
endmodule

// shape: table of 8 entries
module golden_shape_rom_14 (
  input wire clk,
  input wire [2:0] address,
  output reg [6:0] value
);
  (* rom_style = "block" *) reg [6:0] entries [0:7];
  initial begin
    entries[0] = 7'h77;
    entries[1] = 7'h78;
    entries[2] = 7'h7b;
    entries[3] = 7'h0;
    entries[4] = 7'h7;
    entries[5] = 7'h10;
    entries[6] = 7'h1b;
    entries[7] = 7'h28;
  end
  always @(posedge clk) value <= entries[address];
endmodule

`default_nettype wire
