/** What our hardware for sparse networks has to reach beside csynth's and Vivado's reports of the published designs. */
import type { Model } from '../sim/model/index.ts';

interface Limits {
  /** Of csynth's latency. */
  readonly latency: number;
  /** Cycles between events. */
  readonly interval: number;
  /** Of Vivado's look-up tables. */
  readonly logicCells: number;
}

export interface Figures {
  readonly mapping: string;
  readonly mismatchedEvents: number;
  readonly latencyCycles: number;
  readonly intervalCycles: number;
  readonly csynthLatency: number | null;
  readonly logicCells: number | null;
  readonly ff: number | null;
  readonly dsp: number | null;
  readonly maxLevels: number | null;
  readonly vivado: Readonly<Record<string, number>> | null;
}

/** By mapping and kept pixels; the fewer pixels, the larger the share of what every design needs. */
const LIMITS: Readonly<Record<string, Readonly<Record<number, Limits>>>> = {
  fast: {
    20: { latency: 0.4, interval: 5, logicCells: 0.4 },
    16: { latency: 0.4, interval: 5, logicCells: 0.4 },
    12: { latency: 0.5, interval: 5, logicCells: 0.4 },
    8: { latency: 0.65, interval: 5, logicCells: 0.4 },
  },
  small: {
    20: { latency: 0.75, interval: 24, logicCells: 0.15 },
    16: { latency: 0.75, interval: 20, logicCells: 0.18 },
    12: { latency: 0.75, interval: 16, logicCells: 0.22 },
    8: { latency: 0.75, interval: 12, logicCells: 0.25 },
  },
};
const MOST_FF = 1.1;
const MOST_LEVELS = 6;
/** Products of operands of so many bits take no multiplier block. */
const NARROW_BITS = 8;
const MOST_DSP = 0.5;

/** What a design misses, as texts; nothing for dense networks and numbers of pixels without a target. */
export function missedTargets(model: Model, figures: Figures): string[] {
  const missed = figures.mismatchedEvents > 0 ? [`${figures.mismatchedEvents} events differ`] : [];
  const search = model.layers.find(({ kind }) => kind === 'sparse-input-reduce');
  if (!search) return missed;
  const features = model.tensors[search.outputs[0]];
  const limits = LIMITS[figures.mapping]?.[features.shape[0]];
  if (!limits) return missed;
  const most = (name: string, figure: number | null, limit: number | undefined) => {
    if (figure !== null && limit !== undefined && figure > limit) {
      missed.push(`${name} ${figure} above ${Math.floor(limit)}`);
    }
  };
  const { csynthLatency, vivado } = figures;
  const of = (share: number, name: string) =>
    vivado?.[name] === undefined ? undefined : share * vivado[name];
  most('latency', figures.latencyCycles, csynthLatency === null ? undefined : limits.latency * csynthLatency);
  most('interval', figures.intervalCycles, limits.interval);
  most('logic cells', figures.logicCells, of(limits.logicCells, 'Total LUTs'));
  most('FF', figures.ff, of(MOST_FF, 'FFs'));
  const narrow = features.type.width <= NARROW_BITS;
  most('DSP', figures.dsp, narrow ? 0 : of(MOST_DSP, 'DSP Blocks'));
  most('levels', figures.maxLevels, MOST_LEVELS);
  return missed;
}
