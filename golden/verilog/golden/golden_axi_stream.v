`default_nettype none
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSEDSIGNAL */

// AXI4-Stream around golden: 2 beats of 16 bits in, 3 out.
module golden_axi_stream (
  input wire aclk,
  input wire aresetn,
  input wire [15:0] s_axis_tdata,
  input wire [1:0] s_axis_tkeep,
  input wire s_axis_tlast,
  input wire s_axis_tvalid,
  output wire s_axis_tready,
  output wire [15:0] m_axis_tdata,
  output wire [1:0] m_axis_tkeep,
  output wire m_axis_tlast,
  output wire [3:0] m_axis_tuser,
  output wire m_axis_tvalid,
  input wire m_axis_tready,
  // High for a cycle when an event was dropped: its TLAST came at the wrong beat, or bytes of it were missing.
  output reg malformed
);
  wire rst = ~aresetn;
  wire in_ready;
  wire out_valid;
  wire [35:0] out_data;

  // Gathering: beats are shifted in from above, so that the first ends in the lowest bits.
  reg [31:0] word;
  reg [0:0] beat;
  reg full;
  reg dropping;
  wire take = s_axis_tvalid & s_axis_tready;
  wire at_last = beat == 1'd1;
  wire [1:0] wanted = at_last ? 2'h1 : 2'h3;
  wire whole = (s_axis_tkeep & wanted) == wanted;
  wire good = at_last & whole & ~dropping;
  assign s_axis_tready = ~rst & ~full;
  always @(posedge aclk) begin
    if (take) word <= {s_axis_tdata, word[31:16]};
    if (rst) beat <= 1'd0;
    else if (take) beat <= s_axis_tlast ? 1'd0 : at_last ? beat : beat + 1'd1;
    if (rst) dropping <= 1'b0;
    else if (take) dropping <= ~s_axis_tlast & (dropping | at_last | ~whole);
    if (rst) full <= 1'b0;
    else if (take & s_axis_tlast & good) full <= 1'b1;
    else if (in_ready) full <= 1'b0;
    malformed <= ~rst & take & s_axis_tlast & ~good;
  end

  // Events are numbered as they are handed in.
  reg [3:0] number;
  wire [3:0] out_tag;
  always @(posedge aclk) begin
    if (rst) number <= 4'd0;
    else if (full & in_ready) number <= number + 4'd1;
  end

  // Giving away: the lowest beat first.
  reg [47:0] result;
  reg [1:0] left;
  reg [3:0] user;
  assign m_axis_tuser = user;
  wire out_ready = left == 2'd0;
  wire give = m_axis_tvalid & m_axis_tready;
  assign m_axis_tvalid = ~out_ready;
  assign m_axis_tdata = result[15:0];
  assign m_axis_tlast = left == 2'd1;
  assign m_axis_tkeep = m_axis_tlast ? 2'h1 : 2'h3;
  always @(posedge aclk) begin
    if (out_valid & out_ready) result <= {12'd0, out_data};
    else if (give) result <= {16'd0, result[47:16]};
    if (out_valid & out_ready) user <= out_tag;
    if (rst) left <= 2'd0;
    else if (out_valid & out_ready) left <= 2'd3;
    else if (give) left <= left - 2'd1;
  end

  golden core (
    .clk(aclk),
    .rst(rst),
    .in_valid(full),
    .in_ready(in_ready),
    .in_data(word[23:0]),
    .in_tag(number),
    .out_tag(out_tag),
    .out_valid(out_valid),
    .out_ready(out_ready),
    .out_data(out_data)
  );
endmodule

`default_nettype wire
