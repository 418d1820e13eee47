/** `pipewright emit --target verilog`: our hardware as Verilog, with all that is handed over with it. */
import { EMIT_VERILOG_SCHEMA, type EmitVerilogReport } from '../schemas/hardware-reports.ts';
import { InputError } from '../sim/model/index.ts';
import { buildFrom, chooseHardware } from './build-hardware.ts';
import { print, printJson } from './command.ts';
import { writeFolder } from './write-folder.ts';

export interface EmitVerilogOptions {
  /** hls4ml configuration of a model file; by default the one beside it. */
  readonly config?: string;
  /** Folder to make. */
  readonly out: string;
  /** Replace a folder that is there. */
  readonly force?: boolean;
  /** `fast` or `small`. */
  readonly mapping?: string;
  /** Period that operations are scheduled for; default 5 ns, or what the mapping file says. */
  readonly clockNs?: number;
  /** Bits of a beat of the AXI4-Stream wrapper. */
  readonly axiBits?: number;
  /** Bits of a tag that travels with every event. */
  readonly tagBits?: number;
  readonly json?: boolean;
}

/** Writes the whole folder or nothing. @throws InputError `CLI003`, `CLI005`, `CLI023`, `HWD001`..`HWD004` */
export async function emitVerilogProject(path: string, options: EmitVerilogOptions): Promise<void> {
  const { importModel } = await import('../sim/import/index.ts');
  const { networkTiming } = await import('../sim/cycles/index.ts');
  const { ULTRASCALE_PLUS } = await import('../sim/pipeline/circuit/index.ts');
  const { emitNetwork, verilogProject } = await import('../rtl-templates/verilog/index.ts');
  const { axiBits = 64, tagBits = 0 } = options;
  const { model } = importModel(path, { config: options.config });
  const choices = chooseHardware(model, options.mapping ?? 'fast', options.clockNs);
  const { clockNs } = choices;
  const network = buildFrom(model, choices);
  const files = inOptions(() => {
    const design = emitNetwork(network, networkTiming(network), { tensors: model, tagBits });
    const project = { tensors: model, clockNs, family: ULTRASCALE_PLUS.family, axiBits };
    return { design, texts: verilogProject(design, project) };
  });
  writeFolder(options.out, files.texts, options.force ?? false);
  const report: EmitVerilogReport = {
    schema: EMIT_VERILOG_SCHEMA,
    out: options.out,
    top: files.design.top.name,
    files: [...files.texts.keys()],
    latencyCycles: files.design.latencyCycles,
    intervalCycles: files.design.intervalCycles,
    clockNs,
  };
  if (options.json) printJson(report);
  else
    print(
      `${report.top}: ${report.files.length} files in ${options.out}; latency ${report.latencyCycles}, interval ${report.intervalCycles} cycles`,
    );
}

/** What the writer refuses is an option that does not fit the design. */
function inOptions<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError({ code: 'CLI023', field: '--axi-bits, --tag-bits', what: error.message });
  }
}
