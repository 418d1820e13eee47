/** `pipewright emit --target verilog`: our hardware as Verilog, with its manifest and a Verilator main. */
import { buildHardware } from './build-hardware.ts';
import { print, printJson } from './command.ts';
import { writeFolder } from './write-folder.ts';

export interface EmitVerilogOptions {
  /** Folder to make. */
  readonly out: string;
  /** Replace a folder that is there. */
  readonly force?: boolean;
  /** `fast` or `small`. */
  readonly mapping?: string;
  readonly clockNs: number;
  readonly json?: boolean;
}

/** Writes the whole folder or nothing. @throws InputError `CLI003`, `CLI005`, `HWD001`..`HWD004` */
export async function emitVerilogProject(path: string, options: EmitVerilogOptions): Promise<void> {
  const { importModel } = await import('../sim/import/index.ts');
  const { emitVerilog } = await import('../rtl-templates/verilog/index.ts');
  const { verilatorMain } = await import('../rtl-templates/verilog/verilator-main.ts');
  const schedule = buildHardware(importModel(path).model, options.mapping ?? 'fast', options.clockNs);
  const design = emitVerilog(schedule);
  const files = new Map([...design.files, ['verilator-main.cpp', verilatorMain(design.top)]]);
  writeFolder(options.out, files, options.force ?? false);
  const report = {
    out: options.out,
    top: design.top.name,
    files: [...files.keys()],
    latencyCycles: design.latencyCycles,
    intervalCycles: design.intervalCycles,
    clockNs: schedule.clockNs,
  };
  if (options.json) printJson(report);
  else
    print(
      `${report.top}: ${files.size} files in ${options.out}; latency ${report.latencyCycles}, interval ${report.intervalCycles} cycles`,
    );
}
