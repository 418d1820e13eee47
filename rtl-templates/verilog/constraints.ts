/** Clock constraints: the period is a fact of the schedule; delays outside the chip are the board's, so they are hints. */
import type { TopPorts } from './top-module.ts';

export interface ConstraintOptions {
  readonly top: TopPorts;
  /** Module of the stream wrapper, whose clock has a name of its own. */
  readonly wrapper: string | undefined;
  readonly clockNs: number;
  readonly family: string;
}

/** Xilinx Design Constraints: of the top, and of the wrapper as top. */
export function xdc({ top, wrapper, clockNs, family }: ConstraintOptions): string {
  return `# ${top.name}: one clock of ${clockNs} ns, for which operations were placed into steps (${family}).
create_clock -name clk -period ${clockNs.toFixed(3)} [get_ports -quiet {clk${wrapper === undefined ? '' : ' aclk'}}]

# Where ports lead to pins, state the board's delays:
# set_input_delay  -clock clk ${(clockNs / 5).toFixed(3)} [get_ports -filter {DIRECTION == IN && NAME !~ *clk}]
# set_output_delay -clock clk ${(clockNs / 5).toFixed(3)} [get_ports -filter {DIRECTION == OUT}]
`;
}

/** Synopsys Design Constraints. */
export function sdc({ top, wrapper, clockNs, family }: ConstraintOptions): string {
  const note = wrapper === undefined ? '' : ` With ${wrapper} as top its clock is aclk.`;
  return `# ${top.name}: one clock of ${clockNs} ns, for which operations were placed into steps (${family}).${note}
create_clock -name clk -period ${clockNs.toFixed(3)} [get_ports {clk}]

# Where ports lead to pins, state the board's delays:
# set_input_delay  -clock clk ${(clockNs / 5).toFixed(3)} [remove_from_collection [all_inputs] [get_ports {clk}]]
# set_output_delay -clock clk ${(clockNs / 5).toFixed(3)} [all_outputs]
`;
}
