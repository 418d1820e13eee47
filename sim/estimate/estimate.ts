/**
 * What csynth and Vivado would report for a Model built a certain way, and how sure that is.
 *
 * Latency and interval are read off the Pipeline (structural). LUTs and registers are counts of structure times calibrated
 * prices; DSPs and block RAMs are counted. Nothing is synthesised; an estimate takes milliseconds.
 */
import type { Layer, Mapping, Model } from '../model/index.ts';
import { csynthLatency, lowerHls, type Profile, profileFor, profileNamed } from '../lower/hls/index.ts';
import {
  exactly,
  intervalOf,
  latencyOf,
  type Pipeline,
  pipelineInterval,
  type Range,
  simulateTokens,
  slowestStage,
  type TokenTiming,
} from '../pipeline/index.ts';
import { estimatedClockNs } from './clock.ts';
import { countDesign } from './counts/count-design.ts';
import type { LayerCounts } from './counts/counts.ts';
import { type Fit, fitOf } from './fit.ts';
import { errorOfLayer, errorOfTotal, type FigureErrors, price } from './prices.ts';

export interface Resources {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  /** Block RAMs of 18 Kb. */
  readonly bram18k: number;
}

export interface SynthesisedResources extends Resources {
  /** Between which the LUT count lies, by the errors of the calibration's cross-validation. */
  readonly lutRange: readonly [low: number, high: number];
}

export interface Figures {
  /** From an event's first beat in to its last beat out, as csynth reports it: a static figure. */
  readonly latencyCycles: Range;
  /** Between two events at full rate. */
  readonly intervalCycles: Range;
  /** Cycle in which an event is done, its beats followed one by one through the streams. */
  readonly tokenLatencyCycles: number;
  readonly resources: { readonly csynth: Resources; readonly vivado: SynthesisedResources };
  /** Where the figures come from, in words. */
  readonly derivation: string;
  /** Mean relative error of each calibrated figure, cross-validated: 0.05 is five per cent. */
  readonly errors: FigureErrors;
  /** What lies outside the support of the calibration; empty if nothing does. */
  readonly extrapolated: readonly string[];
}

export interface LayerEstimate extends Figures {
  readonly name: string;
  readonly kind: Layer['kind'];
}

export interface Estimate extends Figures {
  readonly model: string;
  readonly profile: string;
  readonly clock: { readonly targetNs: number; readonly estimatedNs: number };
  readonly fits: Fit;
  /** How each figure is made. */
  readonly basis: Readonly<
    Record<'latency' | 'interval' | 'clock' | 'lut' | 'ff' | 'dsp' | 'bram18k', Basis>
  >;
  readonly layers: readonly LayerEstimate[];
  /** FIFOs and handshakes between the layers' processes. */
  readonly region: { readonly csynth: Resources; readonly vivado: Resources };
  readonly notes: readonly string[];
}

/** `structural`: follows from shapes, types and weights. `calibrated`: its constants were fitted to reports. */
export type Basis = 'structural' | 'calibrated';

export interface EstimateOptions {
  /** Schedule profile; the Mapping's own, or the one that fits the Model, if undefined. */
  readonly profile?: string;
}

/**
 * @throws InputError `LOW001`..`LOW003` if the profile does not exist, does not know a layer, or the clock leaves no time
 */
export function estimate(model: Model, mapping: Mapping, options: EstimateOptions = {}): Estimate {
  const profile =
    options.profile === undefined ? profileFor(model, mapping) : profileNamed(options.profile, mapping.io);
  const pipeline = lowerHls(model, mapping, profile);
  const counts = countDesign(model, mapping, profile, pipeline);
  const tokens = simulateTokens(pipeline);
  const layers = model.layers.map((layer) =>
    estimateLayer(layer, pipeline, counts.layers.get(layer.name)!, tokens),
  );
  const region = { csynth: price('csynth', counts.region), vivado: price('vivado', counts.region) };
  const csynth = addResources(region.csynth, ...layers.map(({ resources }) => resources.csynth));
  const vivado = addResources(region.vivado, ...layers.map(({ resources }) => resources.vivado));
  const extrapolated = [
    ...clockNote(mapping, profile),
    ...layers.flatMap(({ name, extrapolated: outside }) => outside.map((what) => `${name}: ${what}`)),
  ];
  const errors = errorOfTotal(model, profile);
  const latencyCycles = csynthLatency(pipeline, profile);
  const slowest = slowestStage(pipeline);
  return {
    model: model.name,
    profile: profile.name,
    latencyCycles,
    intervalCycles: pipelineInterval(pipeline),
    tokenLatencyCycles: tokens.latencyCycles,
    clock: { targetNs: mapping.clockNs, estimatedNs: estimatedClockNs(model, mapping, profile) },
    resources: {
      csynth,
      vivado: { ...vivado, lutRange: rangeAround(vivado.lut, errors, 'worst', extrapolated.length > 0) },
    },
    fits: fitOf(mapping.part, vivado, rangeAround(vivado.lut, errors, 'worst', extrapolated.length > 0)),
    derivation:
      slowest === undefined
        ? 'no process: nothing is computed'
        : `interval: slowest process '${slowest.name}', ${slowest.derivation}, + ${pipeline.controlCycles} to restart; ` +
          `latency: ${latencyWords(pipeline, profile)}`,
    errors: errors.mean,
    extrapolated,
    basis: {
      latency: 'structural',
      interval: 'structural',
      clock: 'calibrated',
      lut: 'calibrated',
      ff: 'calibrated',
      dsp: 'structural',
      bram18k: 'structural',
    },
    layers,
    region,
    notes: notesOf(profile, latencyCycles, tokens),
  };
}

function estimateLayer(
  layer: Layer,
  pipeline: Pipeline,
  counts: LayerCounts,
  tokens: TokenTiming,
): LayerEstimate {
  const stage = pipeline.stages.find(({ name }) => name === layer.name);
  const vivado = price('vivado', counts);
  const extrapolated = [...new Set([...(stage?.extrapolated ?? []), ...counts.extrapolated])];
  const errors = errorOfLayer(layer.kind);
  return {
    name: layer.name,
    kind: layer.kind,
    latencyCycles: stage === undefined ? exactly(0) : latencyOf(stage.schedule),
    intervalCycles: stage === undefined ? exactly(0) : intervalOf(stage.schedule),
    tokenLatencyCycles: tokens.endCycles.get(layer.name) ?? 0,
    resources: {
      csynth: price('csynth', counts),
      vivado: { ...vivado, lutRange: rangeAround(vivado.lut, errors, 'worst', extrapolated.length > 0) },
    },
    derivation: stage?.derivation ?? 'no hardware: the same values under another shape',
    errors: errors.mean,
    extrapolated,
  };
}

function addResources(...parts: readonly Resources[]): Resources {
  return parts.reduce(
    (sum, { lut, ff, dsp, bram18k }) => ({
      lut: sum.lut + lut,
      ff: sum.ff + ff,
      dsp: sum.dsp + dsp,
      bram18k: sum.bram18k + bram18k,
    }),
    { lut: 0, ff: 0, dsp: 0, bram18k: 0 },
  );
}

/** The worst error that cross-validation saw, on either side; twice that outside the support. */
function rangeAround(
  lut: number,
  errors: { readonly worst: FigureErrors },
  which: 'worst',
  outside: boolean,
): readonly [number, number] {
  const error = errors[which]['vivado.lut'] * (outside ? 2 : 1);
  return [Math.round(lut * Math.max(0, 1 - error)), Math.round(lut * (1 + error))];
}

/** Clock periods that HLS scheduled for in the reports, ns (target less uncertainty). */
const CALIBRATED_BUDGET_NS = { parallel: 3.65, stream: 4.38 };

function clockNote({ clockNs, clockUncertaintyNs }: Mapping, { io }: Profile): string[] {
  const budget = clockNs - clockUncertaintyNs;
  const calibrated = CALIBRATED_BUDGET_NS[io];
  return Math.abs(budget - calibrated) < 0.02
    ? []
    : [`a usable clock period of ${budget.toFixed(2)} ns (calibrated at ${calibrated} ns)`];
}

function latencyWords({ stages, channels }: Pipeline, { io }: Profile): string {
  if (io === 'stream')
    return 'processes overlap, a zero padding starts after its producer (csynth); tokens one by one (cycles)';
  const handoffs = channels.filter(
    ({ name, from, to, handoffCycles }) =>
      from !== null && to !== null && handoffCycles > 0 && !name.includes('@'),
  );
  return `${stages.length} processes one after the other, a cycle for each of ${new Set(handoffs.map(({ from }) => from)).size} handoffs`;
}

function notesOf({ io }: Profile, { max }: Range, { latencyCycles }: TokenTiming): string[] {
  if (io !== 'stream' || max <= latencyCycles) return [];
  return [
    `csynth reports ${max} cycles because it lets a zero padding start only when the convolution before it has ended; ` +
      `beat by beat the rows overlap and an event is done after ${latencyCycles} cycles`,
  ];
}
