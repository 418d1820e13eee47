`default_nettype none
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSEDSIGNAL */

// One event every 3 cycles, and only with a credit for its result; a queue of 3 results.
module golden_control (
  input wire clk,
  input wire rst,
  input wire in_valid,
  output wire in_ready,
  output wire accept,
  // token[s] is high while an event is in step s.
  output reg [4:0] token,
  input wire [35:0] result,
  input wire [3:0] in_tag,
  output wire [3:0] out_tag,
  output wire out_valid,
  input wire out_ready,
  output wire [35:0] out_data
);
  reg [1:0] cooling;
  reg [1:0] pending;
  reg [1:0] waiting;
  reg [1:0] head;
  reg [1:0] tail;
  reg [35:0] queue [0:2];
  // The tag of the event in step s stands in bits s of each slice.
  reg [19:0] tag;
  reg [3:0] tags [0:2];
  assign out_tag = out_valid ? tags[head] : 4'd0;
  wire made;
  wire taken;
  assign in_ready = ~rst & (cooling == 2'd0) & (pending != 2'd3);
  assign accept = in_valid & in_ready;
  assign made = token[4];
  assign taken = out_valid & out_ready;
  assign out_valid = (waiting != 2'd0);
  assign out_data = out_valid ? queue[head] : 36'd0;
  always @(posedge clk) begin
    if (rst) cooling <= 2'd0;
    else if (accept) cooling <= 2'd2;
    else if (cooling != 2'd0) cooling <= cooling - 2'd1;
    if (rst) token <= 5'd0;
    else token <= {token[3:0], accept};
    if (rst) pending <= 2'd0;
    else if (accept & ~taken) pending <= pending + 2'd1;
    else if (taken & ~accept) pending <= pending - 2'd1;
    if (rst) waiting <= 2'd0;
    else if (made & ~taken) waiting <= waiting + 2'd1;
    else if (taken & ~made) waiting <= waiting - 2'd1;
    if (rst) head <= 2'd0;
    else if (taken) head <= (head == 2'd2) ? 2'd0 : head + 2'd1;
    if (rst) tail <= 2'd0;
    else if (made) tail <= (tail == 2'd2) ? 2'd0 : tail + 2'd1;
    if (made) queue[tail] <= result;
    tag <= {tag[15:0], in_tag};
    if (made) tags[tail] <= tag[19:16];
  end
endmodule

`default_nettype wire
