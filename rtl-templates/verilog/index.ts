/** Schedule -> Verilog-2005, alone or as a project with constraints, stream wrapper, manifest and test benches. */
export { emitVerilog, type EmitOptions, type PortTensors, type VerilogDesign } from './emit-verilog.ts';
export { emitNetwork, type NetworkDesign } from './emit-network.ts';
export type { TopPorts } from './top-module.ts';
export type { TraceProbe } from './trace.ts';
export type { TracePoint } from './trace-points.ts';
export { verilogProject, type ProjectOptions } from './project.ts';
