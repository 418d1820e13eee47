/** `pipewright estimate --hardware`: what our own hardware takes, layer by layer, and its mapping as a file. */
import { HARDWARE_ESTIMATE_SCHEMA, type HardwareEstimateReport } from '../schemas/hardware-estimate.ts';
import type { Model } from '../sim/model/index.ts';
import { InputError } from '../sim/model/index.ts';
import { buildFrom, chooseHardware } from './build-hardware.ts';
import { print, printJson } from './command.ts';
import { table } from './table.ts';

export interface HardwareOptions {
  readonly hardware: string;
  readonly clock?: number;
  readonly json?: true;
  readonly printMapping?: true;
}

/** @throws InputError as {@link chooseHardware} and buildFrom do */
export async function estimateOwnHardware(model: Model, options: HardwareOptions): Promise<void> {
  const choices = chooseHardware(model, options.hardware, options.clock);
  if (options.printMapping) {
    const { hardwareMappingDocument } = await import('../sim/lower/rtl/index.ts');
    if ('interval' in choices) return printJson(hardwareMappingDocument(choices));
    throw new InputError({
      code: 'CLI020',
      field: '--print-mapping',
      what: 'the hardware of a dense stream has no mapping document',
    });
  }
  const { estimateNetwork } = await import('../sim/estimate/hardware/estimate-network.ts');
  const { networkTiming } = await import('../sim/cycles/index.ts');
  const network = buildFrom(model, choices);
  const { units, total } = estimateNetwork(network);
  const [only] = units;
  const alone = units.length === 1 ? only.region : undefined;
  const { latencyCycles, intervalCycles } =
    alone && !('input' in choices && choices.input === 'rows') ? alone : networkTiming(network);
  const stagesOf = (region: NonNullable<typeof alone>) =>
    region.stages.map(({ stage, steps: [firstStep, lastStep], ...cost }) => ({
      name: stage,
      firstStep,
      lastStep,
      ...cost,
    }));
  const report: HardwareEstimateReport = {
    schema: HARDWARE_ESTIMATE_SCHEMA,
    model: model.name,
    mapping: choices.name,
    clockNs: choices.clockNs,
    latencyCycles,
    intervalCycles,
    layers: units.flatMap(({ name, cost, region }) =>
      region ? stagesOf(region) : [{ name, firstStep: 0, lastStep: 0, ...cost }],
    ),
    total,
  };
  if (options.json) return printJson(report);
  print(
    `${report.model}, hardware ${report.mapping} at ${report.clockNs} ns: ` +
      `latency ${latencyCycles} cycles, an event every ${intervalCycles}\n`,
  );
  const figures = ({ logicCells, lut, ff, dsp, bram18k }: typeof total) =>
    [logicCells, lut, ff, dsp, bram18k].map((figure) => figure.toLocaleString('en'));
  print(
    table(
      ['layer', 'steps', 'logic cells', 'LUT', 'FF', 'DSP', 'RAMB18'],
      [
        ...report.layers.map((layer) => [
          layer.name,
          `${layer.firstStep}-${layer.lastStep}`,
          ...figures(layer),
        ]),
        ['all, with frame registers', '', ...figures(total)],
      ],
    ),
  );
}
