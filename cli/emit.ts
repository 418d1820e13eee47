/** `pipewright emit`: a Model as Verilog, ready for synthesis and for simulation. */
import type { Command } from 'commander';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../sim/model/index.ts';
import { buildHardware, MAPPING_HELP, MAPPING_OPTION } from './build-hardware.ts';
import { newCommand, positiveNumber, print, printJson, run } from './command.ts';

interface Options {
  readonly target: string;
  readonly mapping: string;
  readonly clock: string;
  readonly out: string;
  readonly json?: true;
}

export function emitCommand(): Command {
  return newCommand('emit', 'Write a model as hardware.', [
    'pipewright emit golden/sparsepixels/neutrino-8b-sparse_m --target verilog -o build/neutrino',
    'pipewright emit my-model.json --target verilog --mapping small --clock 4 -o build/small',
  ])
    .argument('<model>', 'a SparsePixels design folder, or a Model document (.json)')
    .requiredOption('-t, --target <name>', 'verilog')
    .requiredOption('-o, --out <folder>', 'folder to make; it must not exist')
    .option(MAPPING_OPTION, MAPPING_HELP, 'fast')
    .option('--clock <ns>', 'clock period that operations are scheduled for', '5')
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => emit(path, options)));
}

async function emit(path: string, options: Options): Promise<void> {
  if (options.target !== 'verilog') {
    const what = `'${options.target}' is no target`;
    throw new InputError({ code: 'CLI021', field: '--target', what, mend: 'use verilog' });
  }
  const { importModel } = await import('../sim/import/index.ts');
  const { emitVerilog } = await import('../rtl-templates/verilog/index.ts');
  const { verilatorMain } = await import('../rtl-templates/verilog/verilator-main.ts');
  const schedule = buildHardware(
    importModel(path).model,
    options.mapping,
    positiveNumber('--clock')(options.clock),
  );
  const design = emitVerilog(schedule);
  const files = new Map([...design.files, ['verilator-main.cpp', verilatorMain(design.top)]]);
  writeFolder(options.out, files);
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

/** Writes all files under a temporary name and renames the folder. @throws InputError `CLI001` */
function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(temporary);
    for (const [name, text] of files) writeFileSync(join(temporary, name), text);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    const mend = 'name a folder that does not exist yet';
    throw new InputError({ code: 'CLI001', file: folder, what: `cannot be written (${reason})`, mend });
  }
}
