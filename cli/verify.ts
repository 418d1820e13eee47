/** `pipewright verify`: the recorded events through an evaluator, compared bit for bit with what was recorded. */
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import type { Event } from '../sim/import/vectors/index.ts';
import { inFile, InputError, type Model } from '../sim/model/index.ts';
import type { Divergence } from '../verify/diff/index.ts';
import { chooseEvaluator, EVALUATOR_HELP, EVALUATOR_OPTION } from './choose-evaluator.ts';
import {
  EXIT,
  MODEL_HELP,
  newCommand,
  percentage,
  positiveNumber,
  print,
  printJson,
  run,
  CONFIG_HELP,
  CONFIG_OPTION,
} from './command.ts';
import { ownVectors } from './own-vectors.ts';
import { startProgress } from './progress.ts';
import type { VerifyAgainstOptions } from './verify-against.ts';

interface Options extends VerifyAgainstOptions {
  readonly config?: string;
  readonly evaluator?: string;
}

/** Events drawn for a project that has none. */
const RANDOM_EVENTS = 20;

export function verifyCommand(): Command {
  return newCommand(
    'verify',
    'Evaluate recorded events and compare every output and intermediate array with what was recorded;\n' +
      'with --against, run the same events through several oracles. Exit code 0: equal in every bit;\n' +
      '1: different, with the first divergence; 2: bad input; 3: a requested tool is missing or failed.',
    [
      'pipewright verify golden/sparsepixels/neutrino-8b-sparse_m',
      'pipewright verify golden/sparsepixels/jet-16b-full --evaluator reference --json',
      'pipewright verify my-model.json --vectors recorded/vectors.json',
      'pipewright verify my-hls-project                      # its C simulation log, or its firmware compiled by g++',
      'pipewright verify golden/sparsepixels/neutrino-8b-sparse_t --against verilator --mapping small --stall 40',
      'pipewright verify my-model.json --against csim,csim-catapult --random 200 --seed 1 --html report.html',
    ],
  )
    .argument('<model>', MODEL_HELP)
    .option(
      '--vectors <file>',
      "events: vectors.json layout, .npy, .npz, text; default: the design folder's own",
    )
    .option(EVALUATOR_OPTION, EVALUATOR_HELP)
    .option(
      '--against <oracles>',
      'oracles to run, with commas between: reference, compiled, csim, csim-catapult, csim-oneapi, cycles, verilator, icarus, vitis-csim, vitis-cosim',
    )
    .option(
      '--actual <file>',
      'results from elsewhere: csim_results.log, rtl_cosim_results.log, a trace archive (.npz)',
    )
    .option(
      '--baseline <oracle>',
      'what is taken as right; default: recorded outputs, or the reference interpreter',
    )
    .addOption(
      new Option('--random <n>', 'random events in place of recorded ones').argParser(
        positiveNumber('--random'),
      ),
    )
    .option('-m, --mapping <name>', 'hardware of cycles, verilator, icarus: fast (default) or small')
    .addOption(
      new Option('--clock <ns>', 'clock period that this hardware is scheduled for').argParser(
        positiveNumber('--clock'),
      ),
    )
    .addOption(
      new Option('--gap <percent>', 'hardware: cycles in which no event is offered').argParser(
        percentage('--gap'),
      ),
    )
    .addOption(
      new Option('--stall <percent>', 'hardware: cycles in which no result is taken').argParser(
        percentage('--stall'),
      ),
    )
    .addOption(
      new Option('--seed <n>', 'of random events, gaps and stalls').argParser(positiveNumber('--seed')),
    )
    .option('--keep-going', 'compare everything: a table over layers in place of the first divergence')
    .option('--shrink', 'make the first difference small and keep it as a regression')
    .option('--save <folder>', 'where --shrink keeps it (default: golden/regressions)')
    .option('--junit <file>', 'JUnit report')
    .option('--html <file>', 'self-contained HTML report')
    .option('--log <file>', 'every event of the verification as JSON Lines')
    .option('--github', 'GitHub annotations')
    .addOption(
      new Option('--timeout <seconds>', 'for one build or run').argParser(positiveNumber('--timeout')),
    )
    .addOption(new Option('--jobs <n>', 'builds at a time').argParser(positiveNumber('--jobs')))
    .option(CONFIG_OPTION, CONFIG_HELP)
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => dispatch(path, options)));
}

async function dispatch(path: string, options: Options): Promise<number> {
  const { verifyAgainstOracles } = await import('./verify-against.ts');
  if (options.against !== undefined || options.actual !== undefined)
    return verifyAgainstOracles(path, options);
  const { inputsOf, isProject, ownOracles } = await import('./project-oracles.ts');
  if (!isProject(path) || options.vectors !== undefined) return verify(path, options);
  if (options.random !== undefined || existsSync(inputsOf(path))) {
    const against = options.random === undefined ? ownOracles(path) : 'firmware';
    return verifyAgainstOracles(path, { ...options, against });
  }
  if (options.json !== true) print(`no inputs in ${inputsOf(path)}: ${RANDOM_EVENTS} random events instead`);
  return verifyAgainstOracles(path, { ...options, against: 'firmware', random: RANDOM_EVENTS });
}

async function verify(path: string, options: Options): Promise<number> {
  const { importModel } = await import('../sim/import/index.ts');
  const { inputValues, readRecordedEvents } = await import('../sim/import/vectors/index.ts');
  const { compareEvent, describeDivergence } = await import('../verify/diff/index.ts');
  const { model } = importModel(path, { config: options.config });
  const file = ownVectors(path, options.vectors);
  const events = readRecordedEvents(file, model);
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
    const expected = expectedOf(model, event, file);
    const values = evaluate(inputValues(event, model));
    const result = inFile(file, () => compareEvent(model, event.id, expected, values));
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

function expectedOf(model: Model, event: Event, file: string): Record<string, readonly bigint[]> {
  if (event.expected) return { ...event.layers, [model.outputs[0]]: event.expected };
  if (event.layers) return event.layers;
  throw new InputError({
    code: 'VEC010',
    file,
    field: `event ${event.id}`,
    what: 'has no recorded outputs to compare with',
    mend: 'use evaluate for inputs alone, add y_raw to the event, or name an oracle with --against',
  });
}
