/** One synthesised design whose reports are known: what to estimate, and what the tools said. */
import type { Mapping, Model } from '../../sim/model/index.ts';

export interface Case {
  readonly name: string;
  /** Where it belongs: `design` (trained networks), or the kind of layer that a scaling study sweeps. */
  readonly group: string;
  /** Cases that a cross-validation leaves out together. */
  readonly fold: string;
  readonly model: Model;
  readonly mapping: Mapping;
  readonly reported: Reported;
}

export interface Reported {
  readonly latency: { readonly min: number; readonly max: number };
  readonly interval: { readonly min: number; readonly max: number };
  readonly estimatedNs: number;
  readonly csynth: Resources;
  readonly vivado: Resources;
  /** What is known of single layers, by layer name. */
  readonly layers: ReadonlyMap<string, ReportedLayer>;
}

export interface ReportedLayer {
  readonly latency?: number;
  readonly interval?: number;
  readonly csynth?: Resources;
  readonly vivado?: Resources;
}

export interface Resources {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18k: number;
}
