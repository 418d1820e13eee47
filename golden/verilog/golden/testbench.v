// Test bench of golden: see README.md for its plusargs.
module testbench;
  reg clk = 0;
  reg rst = 1;
  reg in_valid = 0;
  reg out_ready = 0;
  reg [23:0] in_data = 0;
  wire in_ready;
  wire out_valid;
  wire [35:0] out_data;
  reg [3:0] in_tag = 0;
  wire [3:0] out_tag;
  golden dut (.clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data), .in_tag(in_tag), .out_tag(out_tag),
    .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data));

  reg [23:0] events [0:4095];
  integer accepted [0:4095];
  integer count;
  integer results;
  integer gap;
  integer stall;
  integer limit;
  integer reset_at;
  integer seed;
  integer sent = 0;
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
    results = count / 1 * 1;
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
        in_tag = sent / 1;
      end
      in_valid = offering;
      out_ready = out_state[31:24] >= stall;
      rst = cycle == reset_at;
      #1;
      if (^{in_ready, out_valid, out_data, out_tag} === 1'bx) $display("unknown %0d", cycle);
      if (rst) begin
        $display("reset %0d with %0d events inside", cycle, (sent + 0) / 1 - done / 1);
        sent = done / 1 * 1;
        offering = 0;
      end else begin
        if (offering && in_ready) begin
          if (sent % 1 == 0) accepted[sent / 1] = cycle;
          sent = sent + 1;
          offering = 0;
        end
        if (out_valid && out_ready) begin
          $display("%0d %0d %h %h", accepted[done / 1], cycle, out_data, out_tag);
          done = done + 1;
        end
      end
      @(negedge clk) cycle = cycle + 1;
    end
    $finish;
  end
endmodule
