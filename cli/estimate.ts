/** `pipewright estimate`: what csynth and Vivado would report, in milliseconds, and how each figure comes about. */
import { type Command, Option } from 'commander';
import type { Estimate, LayerEstimate } from '../sim/estimate/index.ts';
import type { ReportedFigures } from '../sim/import/sparsepixels/read-reports.ts';
import type { Mapping } from '../sim/model/index.ts';
import {
  MODEL_HELP,
  newCommand,
  positiveNumber,
  print,
  printJson,
  run,
  CONFIG_HELP,
  CONFIG_OPTION,
} from './command.ts';
import { table } from './table.ts';

interface Options {
  readonly config?: string;
  readonly mapping?: string;
  readonly profile?: string;
  readonly clock?: number;
  readonly part?: string;
  readonly accumulator?: string;
  readonly hardware?: string;
  readonly printMapping?: true;
  readonly json?: true;
}

export function estimateCommand(): Command {
  return newCommand('estimate', 'Predict latency, interval, clock and resources before any synthesis.', [
    'pipewright estimate golden/sparsepixels/neutrino-8b-sparse_m',
    'pipewright estimate golden/sparsepixels/jet-16b-full --part xcvu13p-flga2577-2-e --json',
    'pipewright estimate my-model.json --mapping my-model.mapping.json --clock 4',
    'pipewright estimate golden/sparsepixels/neutrino-8b-sparse_m --hardware fast',
  ])
    .argument('<model>', MODEL_HELP)
    .option(
      '--mapping <file>',
      "how it is built; default: what the model's files say, or the published designs' choices",
    )
    .option(
      '--profile <name>',
      'schedule profile of the HLS kernels, e.g. sparsepixels-0.2.1 or hls4ml-1.3.0',
    )
    .addOption(new Option('--clock <ns>', 'target clock period').argParser(positiveNumber('--clock')))
    .option('--part <name>', 'the FPGA, e.g. xcu250-figd2104-2L-e')
    .option(
      '--accumulator <choice>',
      'published, or wide: sparse convolutions round once, at the end',
      'published',
    )
    .option(
      '--hardware <name|file>',
      'our own hardware instead of HLS: fast, small, or a hardware mapping (.json)',
    )
    .option('--print-mapping', 'with --hardware: its mapping as a file to start from')
    .option(CONFIG_OPTION, CONFIG_HELP)
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) =>
      run(options.json ?? false, () => estimateModel(path, options)),
    );
}

async function estimateModel(path: string, options: Options): Promise<void> {
  const { importModel, readJson } = await import('../sim/import/index.ts');
  const { readReports } = await import('../sim/import/sparsepixels/read-reports.ts');
  const { defaultMapping, estimate } = await import('../sim/estimate/index.ts');
  const { inFile, mappingSchema, readDocument } = await import('../sim/model/index.ts');
  const { withAccumulator } = await import('./with-accumulator.ts');

  const imported = importModel(path, { config: options.config });
  const model = withAccumulator(imported.model, options.accumulator);
  if (options.hardware !== undefined) {
    const { estimateOwnHardware } = await import('./estimate-hardware.ts');
    return estimateOwnHardware(model, { ...options, hardware: options.hardware });
  }
  const { mapping: file } = options;
  const chosen: Mapping =
    file === undefined
      ? (imported.mapping ?? defaultMapping(model))
      : inFile(file, () => readDocument('MAP001', mappingSchema, readJson(file)));
  const mapping: Mapping = {
    ...chosen,
    ...(options.clock === undefined ? {} : rescaledClock(chosen, options.clock)),
    ...(options.part === undefined ? {} : { part: options.part }),
  };
  const profile = options.profile === undefined ? {} : { profile: options.profile };

  const started = process.cpuUsage();
  const result = estimate(model, mapping, profile);
  const { user, system } = process.cpuUsage(started);
  if (options.json) return printJson(result);
  printText(result, readReports(path), (user + system) / 1000);
}

/** The same share of the period is kept back for uncertainty. */
function rescaledClock({ clockNs, clockUncertaintyNs }: Mapping, target: number) {
  return { clockNs: target, clockUncertaintyNs: (clockUncertaintyNs * target) / clockNs };
}

function printText(result: Estimate, reported: ReportedFigures | undefined, cpuMs: number): void {
  print(`${result.model}, profile ${result.profile}: estimated in ${cpuMs.toFixed(1)} ms of CPU\n`);
  print(table(['', 'estimated', ...(reported ? ['reported', 'off by'] : [])], totals(result, reported)));
  print(`\nfits ${result.fits.part}: ${result.fits.answer}; ${result.fits.because}`);
  const [low, high] = result.resources.vivado.lutRange;
  print(`LUT after synthesis between ${low.toLocaleString('en')} and ${high.toLocaleString('en')}`);
  print(`${result.derivation}\n`);
  print(
    table(
      ['layer', 'kind', 'latency', 'interval', 'LUT csynth', 'LUT Vivado', 'FF', 'DSP'],
      result.layers.map(layerRow),
    ),
  );
  print('');
  for (const { name, derivation } of result.layers) print(`${name}: ${derivation}`);
  for (const note of result.notes) print(`note: ${note}`);
  for (const outside of result.extrapolated) print(`extrapolated: ${outside}`);
}

function totals(result: Estimate, reported: ReportedFigures | undefined): string[][] {
  const { csynth, vivado } = result.resources;
  const row = (title: string, estimated: number, actual: number | undefined): string[] => [
    title,
    shown(estimated),
    ...(reported ? [actual === undefined ? '' : shown(actual), offBy(estimated, actual)] : []),
  ];
  return [
    row('latency, cycles (csynth)', result.latencyCycles.max, reported?.latency.max),
    ...(result.tokenLatencyCycles === result.latencyCycles.max
      ? []
      : [row('latency, cycles (beat by beat)', result.tokenLatencyCycles, undefined)]),
    row('interval, cycles', result.intervalCycles.max, reported?.interval.max),
    row('clock, ns', result.clock.estimatedNs, reported?.estimatedNs),
    row('LUT (csynth)', csynth.lut, reported?.csynth.lut),
    row('FF (csynth)', csynth.ff, reported?.csynth.ff),
    row('DSP (csynth)', csynth.dsp, reported?.csynth.dsp),
    row('BRAM_18K (csynth)', csynth.bram18k, reported?.csynth.bram18k),
    row('LUT (Vivado)', vivado.lut, reported?.vivado.lut),
    row('FF (Vivado)', vivado.ff, reported?.vivado.ff),
    row('DSP (Vivado)', vivado.dsp, reported?.vivado.dsp),
    row('BRAM_18K (Vivado)', vivado.bram18k, reported?.vivado.bram18k),
  ];
}

function layerRow({ name, kind, latencyCycles, intervalCycles, resources }: LayerEstimate): string[] {
  const { csynth, vivado } = resources;
  const figures = [latencyCycles.max, intervalCycles.max, csynth.lut, vivado.lut, vivado.ff, vivado.dsp];
  return [name, kind, ...figures.map(shown)];
}

function shown(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(2);
}

function offBy(estimated: number, actual: number | undefined): string {
  if (actual === undefined) return '';
  if (estimated === actual) return 'exact';
  return actual === 0 ? `${estimated}` : `${((100 * (estimated - actual)) / actual).toFixed(1)} %`;
}
