# golden: one clock of 5 ns, for which operations were placed into steps (ultrascale-plus-2L). With golden_axi_stream as top its clock is aclk.
create_clock -name clk -period 5.000 [get_ports {clk}]

# Where ports lead to pins, state the board's delays:
# set_input_delay  -clock clk 1.000 [remove_from_collection [all_inputs] [get_ports {clk}]]
# set_output_delay -clock clk 1.000 [all_outputs]
