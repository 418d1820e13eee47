/** What an hls4ml project holds to verify against: its firmware, and logs of its test bench. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../sim/import/vectors/index.ts';
import { hls4mlProjectImporter } from '../sim/import/hls4ml-project/index.ts';
import { inputValues, readText } from '../sim/import/vectors/index.ts';
import { readBytes } from '../sim/import/index.ts';
import { toNumber } from 'fixed-point-ts';
import { elements, inFile, type Model } from '../sim/model/index.ts';
import type { HeaderFolders, Oracle } from '../verify/oracles/index.ts';
import { chooseEvaluator } from './choose-evaluator.ts';

const LOGS = [
  { name: 'csim-log', file: 'csim_results.log' },
  { name: 'cosim-log', file: 'rtl_cosim_results.log' },
] as const;

export function isProject(path: string): boolean {
  return hls4mlProjectImporter.recognises(path);
}

/** The logs that there are: what C simulation and co-simulation printed for the test bench's inputs. */
function logsOf(project: string): readonly { readonly name: string; readonly path: string }[] {
  return LOGS.map(({ name, file }) => ({ name, path: join(project, 'tb_data', file) })).filter(({ path }) =>
    existsSync(path),
  );
}

export async function projectOracles(
  project: string,
  apTypes: HeaderFolders['apTypes'],
): Promise<readonly Oracle[]> {
  const { actualOracle, firmwareOracle } = await import('../verify/oracles/index.ts');
  return [
    firmwareOracle(project, apTypes),
    ...logsOf(project).map(({ name, path }) => actualOracle(path, name)),
  ];
}

/** What a project is verified against where nothing is asked for: its logs, or its firmware where no tool has run yet. */
export function ownOracles(project: string): string {
  const logs = logsOf(project).map(({ name }) => name);
  return logs.length > 0 && existsSync(inputsOf(project)) ? logs.join(',') : 'firmware';
}

/** Inputs of the project's test bench, an event a line. */
export function inputsOf(project: string): string {
  return join(project, 'tb_data', 'tb_input_features.dat');
}

/** Decimal digits of the logs: numbers beyond print alike with others. */
const LOG_RANGE = 10 ** 6;

/** What people must know beside the verdicts: how exact logs are, and how far the predictions of the project are off. */
export function projectNotes(
  project: string,
  model: Model,
  events: readonly Event[],
  against: string,
): string[] {
  const wide = model.outputs.filter((name) => 2 ** model.tensors[name].type.width > LOG_RANGE);
  const coarse =
    /-log\b/.test(against) && wide.length > 0
      ? [
          `logs hold six digits: of ${wide.join(', ')} values that print alike count as equal; --against firmware compares every bit`,
        ]
      : [];
  const sentence = predictionsSentence(project, model, events);
  return sentence === undefined ? coarse : [...coarse, sentence];
}

/**
 * How far the predictions that a project keeps (`tb_output_predictions.dat`, usually of the float model) are from ours:
 * nothing to be equal to. Undefined if there are none, or of other events or sizes.
 */
function predictionsSentence(project: string, model: Model, events: readonly Event[]): string | undefined {
  const file = join(project, 'tb_data', 'tb_output_predictions.dat');
  if (!existsSync(file)) return undefined;
  const sizes = model.outputs.map((name) => elements(model.tensors[name].shape));
  const { shape, values } = inFile(file, () => readText(readBytes(file).toString('utf8')));
  if (shape[0] !== events.length || shape[1] !== sizes.reduce((sum, size) => sum + size, 0)) return undefined;
  const { evaluate } = chooseEvaluator(model, undefined);
  const distances = events.flatMap((event, index) => {
    const got = evaluate(inputValues(event, model));
    const ours = model.outputs.flatMap((name) =>
      got[name].map((raw) => toNumber(raw, model.tensors[name].type)),
    );
    return ours.map((value, at) => Math.abs(value - values[index * shape[1] + at]));
  });
  const largest = distances.reduce((most, distance) => Math.max(most, distance), 0);
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  return (
    `predictions in tb_data/tb_output_predictions.dat (of the model before it became fixed-point; for information): ` +
    `${largest.toPrecision(3)} away at most, ${mean.toPrecision(3)} on average`
  );
}
