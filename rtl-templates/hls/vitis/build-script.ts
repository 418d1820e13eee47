/** The Tcl that builds the project with `vitis-run` or `vitis_hls`. */
import type { HlsDesign } from '../design.ts';
import { text } from '../text.ts';

export function buildScript({ top, model, mapping }: HlsDesign, hasVectors: boolean): string {
  const vectors = hasVectors ? ['add_files -tb tb/inputs.txt', 'add_files -tb tb/expected.txt'] : [];
  return text`
    # ${model.name} on ${mapping.part} at ${mapping.clockNs} ns.
    #
    #   vitis-run --mode hls --tcl build.tcl      (Vitis 2023.2 and later)
    #   vitis_hls -f build.tcl                    (before)
    #
    # STEPS in the environment chooses what runs; default: csim csynth cosim export.

    set steps [expr {[info exists ::env(STEPS)] ? $::env(STEPS) : "csim csynth cosim export"}]
    set cflags "-std=c++14 -I[file normalize src]"

    open_project -reset ${top}_prj
    set_top ${top}
    add_files src/${top}.cpp -cflags $cflags
    add_files -tb tb/testbench.cpp -cflags "$cflags -I[file normalize tb]"
    ${vectors}

    open_solution -reset solution1 -flow_target vivado
    set_part {${mapping.part}}
    create_clock -period ${mapping.clockNs} -name default
    set_clock_uncertainty ${mapping.clockUncertaintyNs} default

    foreach step $steps {
      switch $step {
        csim { csim_design }
        csynth { csynth_design }
        cosim { cosim_design -rtl verilog }
        export { export_design -format ip_catalog }
        default { error "unknown step '$step': use csim, csynth, cosim, export" }
      }
    }
    exit
  `;
}
