/** `pipewright evaluate`: what the hardware will compute, bit for bit. */
import type { Command } from 'commander';
import { toNumber } from 'fixed-point-ts';
import { extname } from 'node:path';
import type { Values } from '../sim/evaluate/index.ts';
import type { Event } from '../sim/import/vectors/index.ts';
import type { Model } from '../sim/model/index.ts';
import { chooseEvaluator, EVALUATOR_HELP, EVALUATOR_OPTION } from './choose-evaluator.ts';
import {
  MODEL_HELP,
  newCommand,
  print,
  printJson,
  run,
  toJson,
  writeAtomically,
  CONFIG_HELP,
  CONFIG_OPTION,
} from './command.ts';
import { startProgress } from './progress.ts';

interface Options {
  readonly input: string;
  readonly layers?: true;
  readonly evaluator?: string;
  readonly accumulator?: string;
  readonly out?: string;
  readonly config?: string;
  readonly json?: true;
}

export function evaluateCommand(): Command {
  return newCommand('evaluate', 'Evaluate a model on input events, bit for bit as the hardware will.', [
    'pipewright evaluate golden/sparsepixels/neutrino-8b-sparse_m --input golden/sparsepixels/neutrino-8b-sparse_m/vectors.json',
    'pipewright evaluate my-model.json --input images.npy --out scores.npy',
    'pipewright evaluate my-model.json --input tb_data/tb_input_features.dat --layers --json',
  ])
    .argument('<model>', MODEL_HELP)
    .requiredOption(
      '-i, --input <file>',
      'events: .json, .npy, .npz, .csv or white-space text; values are read as 32-bit floats',
    )
    .option('-l, --layers', 'every intermediate tensor too')
    .option(EVALUATOR_OPTION, EVALUATOR_HELP)
    .option(
      '--accumulator <choice>',
      'published, or wide: sparse convolutions round once, at the end',
      'published',
    )
    .option('-o, --out <file>', 'write the outputs to .json, .npy, .csv or white-space text')
    .option(CONFIG_OPTION, CONFIG_HELP)
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => evaluate(path, options)));
}

async function evaluate(path: string, options: Options): Promise<void> {
  const { importModel } = await import('../sim/import/index.ts');
  const { inputValues, readEvents, writeNpy } = await import('../sim/import/vectors/index.ts');
  const { withAccumulator } = await import('./with-accumulator.ts');
  const model = withAccumulator(importModel(path, { config: options.config }).model, options.accumulator);
  const events = readEvents(options.input, model);
  const { evaluate } = chooseEvaluator(model, options.evaluator);

  const progress = startProgress('evaluating', events.length);
  const results = events.map((event) => {
    const values = evaluate(inputValues(event, model));
    progress.step();
    return { event, values };
  });
  progress.stop();

  const report = {
    events: results.map(({ event, values }) => eventReport(model, event, values, options.layers)),
  };
  if (options.out !== undefined) {
    const outputs = results.map(({ values }) => outputNumbers(model, values));
    writeAtomically(options.out, encode(options.out, report, outputs, writeNpy));
  }
  if (options.json) printJson(report);
  else if (options.out === undefined) printText(report);
  else print(`${events.length} events written to ${options.out}`);
}

interface TensorReport {
  readonly raw: readonly bigint[];
  readonly values: readonly number[];
}

function tensorReport(model: Model, name: string, values: Values): TensorReport {
  const raw = values[name];
  return { raw, values: raw.map((value) => toNumber(value, model.tensors[name].type)) };
}

function eventReport(model: Model, event: Event, values: Values, layers: true | undefined) {
  const outputs = Object.fromEntries(model.outputs.map((name) => [name, tensorReport(model, name, values)]));
  if (!layers) return { id: event.id, outputs };
  const tensors = model.layers.flatMap((layer) =>
    layer.outputs.map((name) => [name, { layer: layer.name, ...tensorReport(model, name, values) }] as const),
  );
  return { id: event.id, outputs, layers: Object.fromEntries(tensors) };
}

function outputNumbers(model: Model, values: Values): number[] {
  return model.outputs.flatMap((name) => tensorReport(model, name, values).values);
}

function encode(
  file: string,
  report: unknown,
  outputs: readonly number[][],
  writeNpy: (array: { shape: readonly number[]; values: number[] }) => Uint8Array,
): string | Uint8Array {
  switch (extname(file).toLowerCase()) {
    case '.json':
      return `${toJson(report)}\n`;
    case '.npy':
      return writeNpy({ shape: [outputs.length, outputs[0]?.length ?? 0], values: outputs.flat() });
    case '.csv':
      return outputs.map((row) => `${row.join(',')}\n`).join('');
    default:
      return outputs.map((row) => `${row.join(' ')}\n`).join('');
  }
}

function printText(report: { events: ReturnType<typeof eventReport>[] }): void {
  for (const { id, outputs, layers } of report.events) {
    for (const [name, { values, raw }] of Object.entries(outputs)) {
      print(`${id}  ${name}  ${values.join(' ')}  (raw ${raw.join(' ')})`);
    }
    for (const [name, tensor] of Object.entries(layers ?? {})) {
      print(`${id}    ${tensor.layer}: ${name}  ${tensor.values.join(' ')}`);
    }
  }
}
