/** `pipewright import`: any model that can be read, written as a Model document and a Mapping. */
import type { Command } from 'commander';
import { basename } from 'node:path';
import { InputError } from '../sim/model/index.ts';
import { printWarnings } from './print-warnings.ts';
import {
  MODEL_HELP,
  newCommand,
  print,
  printJson,
  run,
  toJson,
  writeAllAtomically,
  CONFIG_HELP,
  CONFIG_OPTION,
} from './command.ts';

interface Options {
  readonly out: string;
  readonly accumulator?: string;
  readonly config?: string;
  readonly fix?: true;
  readonly json?: true;
}

export function importCommand(): Command {
  return newCommand(
    'import',
    'Read a model and write it as a Model document, its constants, and its Mapping.',
    [
      'pipewright import golden/sparsepixels/neutrino-8b-sparse_m -o neutrino.json',
      'pipewright import golden/sparsepixels/neutrino-8b-sparse_m -o neutrino-wide.json --accumulator wide',
    ],
  )
    .argument('<model>', MODEL_HELP)
    .requiredOption('-o, --out <file.json>', 'the document; beside it go <file>.bin and <file>.mapping.json')
    .option(
      '--accumulator <choice>',
      'published, or wide: sparse convolutions round once, at the end',
      'published',
    )
    .option(CONFIG_OPTION, CONFIG_HELP)
    .option(
      '--fix',
      'mend what can be mended of what is warned of: the configuration, or what the Model computes',
    )
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => importTo(path, options)));
}

async function importTo(path: string, { out, accumulator, config, fix, json }: Options): Promise<void> {
  const { importModel } = await import('../sim/import/index.ts');
  const { mappingSchema, writeModel } = await import('../sim/model/index.ts');
  const { withAccumulator } = await import('./with-accumulator.ts');
  if (!out.endsWith('.json')) {
    throw new InputError({ code: 'CLI005', field: '--out', what: `'${out}' does not end in .json` });
  }
  const imported = importModel(path, { ...(config === undefined ? {} : { config }), fix: fix === true });
  const model = withAccumulator(imported.model, accumulator);
  const stem = out.slice(0, -'.json'.length);
  const { document, bytes } = writeModel(model, basename(`${stem}.bin`));
  const contents: (readonly [file: string, content: string | Uint8Array])[] = [
    [`${stem}.bin`, bytes],
    [out, `${toJson(document, 2)}\n`],
  ];
  if (imported.mapping) {
    contents.push([`${stem}.mapping.json`, `${toJson(mappingSchema.encode(imported.mapping), 2)}\n`]);
  }
  writeAllAtomically(contents);
  const files = contents.map(([file]) => file);
  const warnings = imported.warnings ?? [];
  if (json) printJson({ model: model.name, layers: model.layers.length, files, warnings });
  else print(`${model.name}: ${model.layers.length} layers written to ${files.join(', ')}`);
  printWarnings(warnings);
}
