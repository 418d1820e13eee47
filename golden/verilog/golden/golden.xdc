# golden: one clock of 5 ns, for which operations were placed into steps (ultrascale-plus-2L).
create_clock -name clk -period 5.000 [get_ports -quiet {clk aclk}]

# Where ports lead to pins, state the board's delays:
# set_input_delay  -clock clk 1.000 [get_ports -filter {DIRECTION == IN && NAME !~ *clk}]
# set_output_delay -clock clk 1.000 [get_ports -filter {DIRECTION == OUT}]
