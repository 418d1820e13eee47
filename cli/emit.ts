/** `pipewright emit`: a Model as hardware: Verilog, or the project of an HLS compiler. */
import { type Command, Option } from 'commander';
import { MODEL_HELP, newCommand, positiveNumber, run, CONFIG_HELP, CONFIG_OPTION } from './command.ts';

const TARGETS = ['verilog', 'vitis', 'catapult', 'oneapi'] as const;

interface Options {
  readonly config?: string;
  readonly target: (typeof TARGETS)[number];
  readonly out: string;
  readonly force?: true;
  readonly mapping?: string;
  readonly clock?: number;
  readonly axiBits?: number;
  readonly tagBits?: number;
  readonly vectors?: string;
  readonly accumulator?: string;
  readonly io?: string;
  readonly json?: true;
}

export function emitCommand(): Command {
  return newCommand('emit', 'Write a model as Verilog, or as the project of an HLS compiler.', [
    'pipewright emit golden/sparsepixels/neutrino-8b-sparse_m --target verilog -o build/neutrino',
    'pipewright emit golden/sparsepixels/neutrino-8b-sparse_m --target verilog --mapping small --clock 4 -o build/small',
    'pipewright emit golden/sparsepixels/jet-16b-full --target vitis -o build/jet',
    'pipewright emit my-model.json --target catapult --mapping my-model.mapping.json -o build/catapult',
  ])
    .argument('<model>', MODEL_HELP)
    .addOption(new Option('-t, --target <name>', 'what to write').choices(TARGETS).makeOptionMandatory())
    .requiredOption('-o, --out <folder>', 'folder to make')
    .option('--force', 'replace the folder if it is there')
    .option(
      '-m, --mapping <choice>',
      'verilog: fast (default), small, or a hardware mapping (.json); HLS: a Mapping document',
    )
    .addOption(
      new Option(
        '--clock <ns>',
        'verilog: clock period that operations are scheduled for (default: 5, or the mapping file)',
      ).argParser(positiveNumber('--clock')),
    )
    .addOption(
      new Option('--axi-bits <n>', 'verilog: beat of the AXI4-Stream wrapper (default 64)').argParser(
        positiveNumber('--axi-bits'),
      ),
    )
    .addOption(
      new Option('--tag-bits <n>', 'verilog: a tag that travels with every event (default none)').argParser(
        positiveNumber('--tag-bits'),
      ),
    )
    .option('--vectors <file>', "HLS: events for the test bench; default: the design folder's own")
    .option('--accumulator <choice>', 'HLS: published, or wide: sparse convolutions round once, at the end')
    .option('--io <kind>', "HLS: parallel or stream, in place of the Mapping's")
    .option(CONFIG_OPTION, CONFIG_HELP)
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => emit(path, options)));
}

async function emit(path: string, { target, clock, ...options }: Options): Promise<void> {
  if (target === 'verilog') {
    const { emitVerilogProject } = await import('./emit-verilog.ts');
    return emitVerilogProject(path, { ...options, ...(clock === undefined ? {} : { clockNs: clock }) });
  }
  const { emitHlsProject } = await import('./emit-hls.ts');
  return emitHlsProject(path, { ...options, target });
}
