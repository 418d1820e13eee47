/** A run as signals over time: what the waveform and activity writers have in common. */
import type { ChannelRecord, CycleRecord, StageRecord } from './record.ts';
import { occupancySteps } from './statistics.ts';

export interface Signal {
  /** Scopes from the outermost to the innermost, then the name. */
  readonly path: readonly string[];
  /** Bits of a wire; null for a real number. */
  readonly width: number | null;
  /** Of an element of a longer vector: where its lowest bit stands. */
  readonly low?: number;
  /** Ascending by cycle. Before the first the value is not known. Wires: integers, negative ones in two's complement. */
  readonly changes: readonly Change[];
}

export interface Change {
  readonly cycle: number;
  readonly value: number | bigint;
}

/** What the beats of a channel carry. */
export interface ChannelValues {
  readonly elements: readonly ElementFormat[];
  /** Raw integer of an element of a beat; beats are counted through all events. */
  readonly raw: (beat: number, element: number) => number | bigint;
}

export interface ElementFormat {
  readonly width: number;
  /** The value is the raw integer x 2^-fractionBits; null if only the raw integer is known. */
  readonly fractionBits: number | null;
}

export interface WaveformOptions {
  /** By channel; those not named have no data. */
  readonly values?: ReadonlyMap<string, ChannelValues>;
  /** Elements of a beat that are shown, the first ones; all if undefined. */
  readonly elements?: number;
}

/**
 * Per channel `valid` (a beat is there), `ready` (there is room for one), `occupancy` and the elements of the beat that is to be
 * read next, raw and as real numbers; per stage `busy`, `starved`, `blocked` and the `event` that it took up last.
 */
export function signalsOf(
  { name, channels, stages, cycles }: CycleRecord,
  options: WaveformOptions = {},
): Signal[] {
  return [
    ...channels.flatMap((channel) => channelSignals([name, channel.name], channel, options)),
    ...stages.flatMap((stage) => stageSignals([name, stage.name], stage, cycles)),
  ];
}

function channelSignals(path: readonly string[], channel: ChannelRecord, options: WaveformOptions): Signal[] {
  const { name, depth } = channel;
  const steps = [{ cycle: 0, beats: 0 }, ...occupancySteps(channel)];
  const most = steps.reduce((max, { beats }) => Math.max(max, beats), depth);
  const flag = (of: (beats: number) => boolean) =>
    changing(steps.map(({ cycle, beats }) => ({ cycle, value: of(beats) ? 1 : 0 })));
  return [
    { path: [...path, 'valid'], width: 1, changes: flag((beats) => beats > 0) },
    { path: [...path, 'ready'], width: 1, changes: flag((beats) => beats < Math.max(1, depth)) },
    {
      path: [...path, 'occupancy'],
      width: Math.max(1, Math.ceil(Math.log2(most + 1))),
      changes: changing(steps.map(({ cycle, beats }) => ({ cycle, value: beats }))),
    },
    ...dataSignals(path, channel, options.values?.get(name), options.elements ?? Infinity),
  ];
}

/** A beat is shown from when it is written and the one before it has been read, until the next one is. */
function dataSignals(
  path: readonly string[],
  { written, read }: ChannelRecord,
  values: ChannelValues | undefined,
  most: number,
): Signal[] {
  if (values === undefined) return [];
  const shown = Array.from(written, (cycle, beat) =>
    beat === 0 ? cycle : Math.max(cycle, read[beat - 1] + 1),
  );
  const known = shown.filter((cycle) => !Number.isNaN(cycle));
  return values.elements.slice(0, most).flatMap(({ width, fractionBits }, element): Signal[] => {
    const changes = changing(known.map((cycle, beat) => ({ cycle, value: values.raw(beat, element) })));
    const raw: Signal = { path: [...path, `raw[${element}]`], width, changes };
    if (fractionBits === null) return [raw];
    const scale = 2 ** -fractionBits;
    const real = changes.map(({ cycle, value }) => ({ cycle, value: Number(value) * scale }));
    return [raw, { path: [...path, `value[${element}]`], width: null, changes: real }];
  });
}

function stageSignals(path: readonly string[], { spans, waits }: StageRecord, cycles: number): Signal[] {
  const level = (name: string, of: readonly { readonly first: number; readonly last: number }[]): Signal => ({
    path: [...path, name],
    width: 1,
    changes: levels(of),
  });
  return [
    level('busy', spans),
    level(
      'starved',
      waits.filter((wait) => wait.for === 'beat'),
    ),
    level(
      'blocked',
      waits.filter((wait) => wait.for === 'room'),
    ),
    {
      path: [...path, 'event'],
      width: 32,
      changes: changing(spans.map(({ first }, event) => ({ cycle: Math.min(first, cycles), value: event }))),
    },
  ];
}

/** 1 in the cycles of any span, 0 in the others. */
function levels(spans: readonly { readonly first: number; readonly last: number }[]): Change[] {
  const edges = spans
    .filter(({ first, last }) => last >= first)
    .flatMap(({ first, last }) => [
      { cycle: first, by: 1 },
      { cycle: last + 1, by: -1 },
    ])
    .sort((a, b) => a.cycle - b.cycle);
  let open = 0;
  return changing([
    { cycle: 0, value: 0 },
    ...edges.map(({ cycle, by }) => {
      open += by;
      return { cycle, value: open > 0 ? 1 : 0 };
    }),
  ]);
}

/** The last value of each cycle, where it differs from the one before. */
function changing(changes: readonly Change[]): Change[] {
  const kept: Change[] = [];
  changes.forEach((change, n) => {
    if (changes[n + 1]?.cycle === change.cycle) return;
    if (kept.at(-1)?.value !== change.value) kept.push(change);
  });
  return kept;
}
