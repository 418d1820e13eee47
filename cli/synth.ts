/** `pipewright synth`: what the hardware costs, block by block, by Yosys; with `--fmax` how fast blocks are on ECP5. */
import type { Command } from 'commander';
import { SYNTH_SCHEMA, type SynthReport } from '../schemas/hardware-reports.ts';
import { buildNetwork, MAPPING_HELP, MAPPING_OPTION } from './build-hardware.ts';
import {
  EXIT,
  MODEL_HELP,
  newCommand,
  positiveNumber,
  print,
  printJson,
  run,
  CONFIG_HELP,
  CONFIG_OPTION,
} from './command.ts';

import type { FmaxCommandOptions } from './synth-fmax.ts';

interface Options extends FmaxCommandOptions {
  readonly config?: string;
  readonly clock?: string;
  readonly fmax?: true;
}

export function synthCommand(): Command {
  return newCommand(
    'synth',
    'Synthesise a model for UltraScale+ with Yosys, block by block; results are kept.',
    [
      'pipewright synth golden/sparsepixels/neutrino-8b-sparse_t --mapping small',
      'pipewright synth golden/sparsepixels/neutrino-8b-sparse_t --mapping small --fmax --cells 1000',
    ],
  )
    .argument('<model>', MODEL_HELP)
    .option(MAPPING_OPTION, MAPPING_HELP, 'fast')
    .option(
      '--clock <ns>',
      'clock period that operations are scheduled for (default: 5, or the mapping file)',
    )
    .option('--cache <folder>', 'where results are kept', '.cache/yosys')
    .option('--fmax', 'place and route blocks for Lattice ECP5 instead, and print the clock they reach')
    .option('--block <names...>', 'with --fmax: these blocks')
    .option(
      '--cells <n>',
      'with --fmax: else the largest blocks of layers of at most n estimated logic cells',
      '3000',
    )
    .option('--count <n>', 'with --fmax: so many of them', '3')
    .option('--seeds <n>', 'with --fmax: runs of a block, from seeds 1 to n', '1')
    .option(CONFIG_OPTION, CONFIG_HELP)
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => synth(path, options)));
}

async function synth(path: string, options: Options): Promise<number> {
  const { importModel } = await import('../sim/import/index.ts');
  const { networkTiming } = await import('../sim/cycles/index.ts');
  const { emitNetwork } = await import('../rtl-templates/verilog/index.ts');
  const network = buildNetwork(
    importModel(path, { config: options.config }).model,
    options.mapping,
    options.clock === undefined ? undefined : positiveNumber('--clock')(options.clock),
  );
  const design = emitNetwork(network, networkTiming(network));
  if (options.fmax) {
    const { synthFmax } = await import('./synth-fmax.ts');
    return synthFmax(network, design, options);
  }
  const { synthesise, totalCost } = await import('../verify/oracles/yosys/synthesise.ts');
  const { YOSYS_HELP, yosysVersion } = await import('../verify/oracles/yosys/run-yosys.ts');
  if ((await yosysVersion()) === undefined) {
    process.stderr.write(`error CLI022: not run: yosys not found\n  mend: ${YOSYS_HELP}\n`);
    return EXIT.toolMissing;
  }
  const line = (name: string, figures: readonly number[]) =>
    print(`${name.padEnd(48)} ${figures.map((figure) => String(figure).padStart(8)).join(' ')}`);
  if (!options.json) print(`${'block'.padEnd(48)}       LC      LUT       FF      DSP   BRAM18   levels`);
  const blocks = await synthesise(design, { cache: options.cache }, (cost) => {
    if (!options.json)
      line(cost.block, [cost.logicCells, cost.lut, cost.ff, cost.dsp, cost.bram18k, cost.maxLevels]);
  });
  const total = totalCost(design, blocks);
  const report: SynthReport = {
    schema: SYNTH_SCHEMA,
    mapping: options.mapping,
    blocks,
    frameBits: design.frameBits,
    total,
  };
  if (options.json) printJson(report);
  else
    line(`sum, with ${design.frameBits} frame register bits`, [
      total.logicCells,
      total.lut,
      total.ff,
      total.dsp,
      total.bram18k,
      total.maxLevels,
    ]);
  return EXIT.ok;
}
