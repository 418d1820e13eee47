/** `pipewright verify`: the recorded events through an evaluator, compared bit for bit with what was recorded. */
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import type { Event } from '../sim/import/vectors/index.ts';
import { InputError, type Model } from '../sim/model/index.ts';
import type { Divergence } from '../verify/diff/index.ts';
import { chooseEvaluator, EVALUATOR_HELP, EVALUATOR_OPTION } from './choose-evaluator.ts';
import { EXIT, newCommand, print, printJson, run } from './command.ts';
import { startProgress } from './progress.ts';

interface Options {
  readonly vectors?: string;
  readonly evaluator?: string;
  readonly json?: true;
}

export function verifyCommand(): Command {
  return newCommand(
    'verify',
    'Evaluate recorded events and compare every output and intermediate array with what was recorded.\n' +
      'Exit code 0: equal in every bit; 1: different, with the first divergence; 2: bad input.',
    [
      'pipewright verify golden/sparsepixels/neutrino-8b-sparse_m',
      'pipewright verify golden/sparsepixels/jet-16b-full --evaluator reference --json',
      'pipewright verify my-model.json --vectors recorded/vectors.json',
    ],
  )
    .argument('<model>', 'a SparsePixels design folder, or a Model document (.json)')
    .option(
      '--vectors <file>',
      "recorded events in the vectors.json layout; default: the design folder's own",
    )
    .option(EVALUATOR_OPTION, EVALUATOR_HELP)
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => verify(path, options)));
}

async function verify(path: string, options: Options): Promise<number> {
  const { importModel } = await import('../sim/import/index.ts');
  const { readRecordedEvents } = await import('../sim/import/vectors/index.ts');
  const { compareEvent, describeDivergence } = await import('../verify/diff/index.ts');
  const { model } = importModel(path);
  const events = readRecordedEvents(vectorsOf(path, options.vectors), model);
  const { name, evaluate } = chooseEvaluator(model, options.evaluator);

  const totals = {
    events: events.length,
    mismatchedEvents: 0,
    values: 0,
    mismatchedValues: 0,
    arraysCompared: 0,
  };
  let firstDivergence: Divergence | undefined;
  const progress = startProgress('verifying', events.length);
  for (const event of events) {
    const expected = expectedOf(model, event, options.vectors ?? path);
    const result = compareEvent(model, event.id, expected, evaluate({ [model.inputs[0]]: event.input }));
    totals.values += result.values;
    totals.mismatchedValues += result.mismatchedValues;
    totals.arraysCompared += result.arrays;
    if (result.mismatchedValues > 0) totals.mismatchedEvents++;
    firstDivergence ??= result.firstDivergence;
    progress.step();
  }
  progress.stop();

  if (options.json) {
    printJson({ ...totals, evaluator: name, firstDivergence: firstDivergence ?? null });
  } else {
    const verdict = firstDivergence ? pc.red('DIFFERENT') : pc.green('EQUAL');
    print(
      `${verdict}  ${model.name}: ${totals.events} events, ${totals.mismatchedEvents} differ; ` +
        `${totals.values} values in ${totals.arraysCompared} arrays, ${totals.mismatchedValues} differ (${name} evaluator)`,
    );
    if (firstDivergence) print(describeDivergence(firstDivergence));
  }
  return firstDivergence ? EXIT.different : EXIT.ok;
}

function vectorsOf(path: string, given: string | undefined): string {
  if (given !== undefined) return given;
  const own = join(path, 'vectors.json');
  if (existsSync(own)) return own;
  throw new InputError({
    code: 'VEC009',
    file: path,
    what: 'has no recorded events of its own',
    mend: 'give them with --vectors FILE',
  });
}

function expectedOf(model: Model, event: Event, file: string): Record<string, readonly bigint[]> {
  if (event.expected) return { ...event.layers, [model.outputs[0]]: event.expected };
  if (event.layers) return event.layers;
  throw new InputError({
    code: 'VEC010',
    file,
    field: `event ${event.id}`,
    what: 'has no recorded outputs to compare with',
    mend: 'use evaluate for inputs alone, or add y_raw to the event',
  });
}
