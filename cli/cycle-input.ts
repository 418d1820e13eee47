/** A Model as something to be simulated: our hardware by a mapping, or what HLS makes of it by a schedule profile. */
import type { PipelineTraffic } from '../sim/cycles/index.ts';
import { type Mapping, type Model } from '../sim/model/index.ts';
import type { Pipeline } from '../sim/pipeline/index.ts';
import type { Network } from '../sim/pipeline/network/index.ts';
import { buildFrom, chooseHardware } from './build-hardware.ts';
import { InputError } from '../sim/model/index.ts';

export type CycleDesign = HlsDesign | HardwareDesign;

export interface HlsDesign {
  readonly kind: 'hls';
  readonly model: Model;
  readonly profile: string;
  /** Whole tensors, or streams. */
  readonly io: Mapping['io'];
  readonly mapping: Mapping;
  readonly pipeline: Pipeline;
  readonly clockNs: number;
}

export interface HardwareDesign {
  readonly kind: 'hardware';
  readonly model: Model;
  readonly mapping: string;
  readonly network: Network;
  readonly clockNs: number;
}

export interface DesignOptions {
  /** hls4ml configuration of a model file; by default the one beside it. */
  readonly config?: string;
  readonly mapping?: string;
  readonly profile?: string;
  readonly clock?: number;
}

export const PROFILE_HELP =
  'simulate what HLS makes of it by this schedule profile, e.g. hls4ml-1.3.0 or sparsepixels-0.2.1; timing alone';
export const MAPPING_HELP =
  'our hardware: fast or small (default fast); with --profile a Mapping document (default: what the files say)';

/** @throws InputError of what reads the Model and the Mapping, and of what lowers them */
export async function readDesign(path: string, options: DesignOptions): Promise<CycleDesign> {
  const { importModel, readJson } = await import('../sim/import/index.ts');
  const { model, mapping: own } = importModel(path, { config: options.config });
  if (options.profile === undefined) {
    const mapping = options.mapping ?? 'fast';
    const choices = chooseHardware(model, mapping, options.clock);
    const { clockNs } = choices;
    return { kind: 'hardware', model, mapping, network: buildFrom(model, choices), clockNs };
  }
  const { lowerHls, profileNamed } = await import('../sim/lower/hls/index.ts');
  const { defaultMapping } = await import('../sim/estimate/index.ts');
  const { inFile, mappingSchema, readDocument } = await import('../sim/model/index.ts');
  const file = options.mapping;
  if (file === 'fast' || file === 'small') {
    throw new InputError({
      code: 'CLI030',
      field: '--mapping',
      what: `'${file}' is a mapping of our hardware, and --profile asks for what HLS makes`,
      mend: 'leave one of the two out, or give a Mapping document (.json)',
    });
  }
  const chosen =
    file === undefined
      ? (own ?? defaultMapping(model))
      : inFile(file, () => readDocument('MAP001', mappingSchema, readJson(file)));
  const clockNs = options.clock ?? chosen.clockNs;
  const mapping = {
    ...chosen,
    clockNs,
    clockUncertaintyNs: (chosen.clockUncertaintyNs * clockNs) / chosen.clockNs,
  };
  const profile = profileNamed(options.profile, chosen.io);
  const pipeline = lowerHls(model, mapping, profile);
  return { kind: 'hls', model, profile: profile.name, io: profile.io, mapping, pipeline, clockNs };
}

/** The design with other FIFO depths to be tried. */
export async function resizable(design: CycleDesign, traffic: PipelineTraffic) {
  const { resizableNetwork, resizablePipeline } = await import('../sim/cycles/index.ts');
  return design.kind === 'hls'
    ? resizablePipeline(design.pipeline, traffic)
    : resizableNetwork(design.network, traffic.events);
}

export function titleOf(design: CycleDesign): string {
  const how = design.kind === 'hls' ? `profile ${design.profile}` : `mapping ${design.mapping}`;
  return `${design.model.name}, ${how}`;
}
