/**
 * A test bench of the AXI4-Stream wrapper: beats with random gaps, a receiver with random stalls (`+gap`, `+stall`: chances in
 * 256); one line a beat out, and one with the cycle for the last of each result.
 */
import type { TopPorts } from '../../../rtl-templates/verilog/index.ts';

/** A beat as the bench offers it. */
export interface StreamBeat {
  readonly data: bigint;
  readonly keep: bigint;
  readonly last: boolean;
}

/** The word's beats: bit i of it is bit i mod W of beat floor(i / W). */
export function streamBeats(word: bigint, bits: number, beatBits: number): StreamBeat[] {
  const count = Math.ceil(bits / beatBits);
  return Array.from({ length: count }, (_, index) => ({
    data: BigInt.asUintN(beatBits, word >> BigInt(index * beatBits)),
    keep: (1n << BigInt(beatBits / 8)) - 1n,
    last: index === count - 1,
  }));
}

/** `beats.hex`: last, keep and data of each beat, one after the other. */
export function beatsHex(beats: readonly StreamBeat[], beatBits: number): string {
  const lines = beats.map(({ data, keep, last }) => {
    const word = (((last ? 1n : 0n) << BigInt(beatBits / 8)) | keep) << BigInt(beatBits);
    return (word | data).toString(16);
  });
  return `${lines.join('\n')}\n`;
}

export function streamTestbench(
  { name, tagBits }: TopPorts,
  beatBits: number,
  beats: number,
  results: number,
  userBits = tagBits,
): string {
  const bytes = beatBits / 8;
  const [sideBits, side] = [
    beatBits + bytes + userBits,
    `m_last, m_keep, m_data${userBits > 0 ? ', m_user' : ''}`,
  ];
  return `module testbench;
  reg clk = 0;
  reg resetn = 0;
  reg [${beatBits + bytes}:0] beats [0:${beats - 1}];
  reg [${beatBits + bytes}:0] beat;
  reg valid = 0;
  reg ready = 0;
  wire s_ready, m_valid, m_last, malformed;
  wire [${beatBits - 1}:0] m_data;
  wire [${bytes - 1}:0] m_keep;
  reg was_stalled = 0;
  reg [${sideBits}:0] was;
${userBits > 0 ? `  wire [${userBits - 1}:0] m_user;\n` : ''}  integer sent = 0;
  integer done = 0;
  integer cycle = 0;
  integer state = 7;
  integer gap;
  integer stall;
  ${name}_axi_stream dut (.aclk(clk), .aresetn(resetn),
    .s_axis_tdata(beat[${beatBits - 1}:0]), .s_axis_tkeep(beat[${beatBits + bytes - 1}:${beatBits}]), .s_axis_tlast(beat[${beatBits + bytes}]),
    .s_axis_tvalid(valid), .s_axis_tready(s_ready), .m_axis_tdata(m_data), .m_axis_tkeep(m_keep), .m_axis_tlast(m_last),
    ${userBits > 0 ? '.m_axis_tuser(m_user), ' : ''}.m_axis_tvalid(m_valid), .m_axis_tready(ready), .malformed(malformed));
  always #5 clk = ~clk;
  initial begin
    $readmemh("beats.hex", beats);
    beat = 0;
    if (!$value$plusargs("gap=%d", gap)) gap = 64;
    if (!$value$plusargs("stall=%d", stall)) stall = 85;
    repeat (4) @(posedge clk);
    @(negedge clk) resetn = 1;
    while (done < ${results} && cycle < 200000) begin
      if (!valid && sent < ${beats} && ($random(state) & 255) >= gap) begin
        valid = 1;
        beat = beats[sent];
      end
      ready = ($random(state) & 255) >= stall;
      #1;
      if (^{s_ready, m_valid, malformed} === 1'bx) $display("unknown %0d", cycle);
      if (malformed) $display("malformed");
      if (was_stalled && (!m_valid || {${side}} !== was)) $display("unstable %0d", cycle);
      was_stalled = m_valid && !ready;
      was = {${side}};
      if (m_valid && ready) begin
        $display("beat %h %h %b${userBits > 0 ? ' %0d' : ''}", m_data, m_keep, m_last${userBits > 0 ? ', m_user' : ''});
        if (m_last) begin
          $display("result %0d", cycle);
          done = done + 1;
        end
      end
      if (valid && s_ready) begin
        sent = sent + 1;
        @(posedge clk) #1 valid = 0;
      end
      @(negedge clk) cycle = cycle + 1;
    end
    $finish;
  end
endmodule
`;
}
