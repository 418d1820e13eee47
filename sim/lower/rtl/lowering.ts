/** What a layer's lowering is given, and the forms in which values travel between layers. */
import type { FixedFormat } from 'fixed-point-ts';
import { InputError, type Layer, type LayerOf, type Model, type Tensor } from '../../model/index.ts';
import { type CircuitBuilder, reshape, slice, type View } from '../../pipeline/circuit/index.ts';
import type { HardwareChoices } from './choices.ts';

/** A dense array, all of it once per event. */
export interface DenseValue {
  readonly kind: 'dense';
  readonly view: View;
  readonly type: FixedFormat;
}

/** An image of which a row [width, channels] comes in each of `height` beats. */
export interface RowsValue {
  readonly kind: 'rows';
  readonly view: View;
  readonly height: number;
}

/** Features of kept pixels: all [slots, channels] once per event, or [perBeat, channels] in each of several beats. */
export interface SlotsValue {
  readonly kind: 'slots';
  readonly form: 'event' | 'beat';
  readonly view: View;
  readonly slots: number;
  readonly type: FixedFormat;
}

/** Places of kept pixels, [slots] each once per event, counted from 0. */
export interface PlacesValue {
  readonly kind: 'places';
  readonly row: View;
  readonly column: View;
  /**
   * Whether no two slots at one place can both hold a feature that is not 0. So after a search of one channel (places
   * differ, empty slots hold 0) and after pooling (only a cell's first slot holds its sum); not after a search of
   * several channels, whose empty slots stand at the first place and hold that pixel's other channels.
   */
  readonly distinct: boolean;
}

/** A flattened image of which only the kept pixels are there; all other elements are 0. */
export interface FlattenedValue {
  readonly kind: 'flattened';
  readonly features: SlotsValue;
  readonly places: PlacesValue;
  readonly width: number;
}

export type Value = DenseValue | RowsValue | SlotsValue | PlacesValue | FlattenedValue;

export interface Numbers {
  readonly raw: readonly number[];
  readonly type: FixedFormat;
  readonly shape: readonly number[];
}

export interface LoweringContext {
  readonly b: CircuitBuilder;
  readonly choices: HardwareChoices;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Tensor[];
  readonly constant: (name: string) => Numbers;
}

export type Lower<K extends Layer['kind']> = (
  layer: LayerOf<K>,
  context: LoweringContext,
) => readonly Value[];

/** @throws InputError `HWD002`: this layer has no hardware here */
export function unsupported(layer: Layer, what: string, mend?: string): never {
  throw new InputError({ code: 'HWD002', layer: layer.name, what, ...(mend === undefined ? {} : { mend }) });
}

export function needKind<K extends Value['kind']>(
  layer: Layer,
  value: Value | undefined,
  kind: K,
): Extract<Value, { kind: K }> {
  if (value?.kind === kind) return value as Extract<Value, { kind: K }>;
  return unsupported(layer, `takes ${kind} values, not ${value?.kind ?? 'none'}, in this hardware`);
}

/** Constants as numbers. @throws InputError `HWD003` if their values are unknown */
export function constantsOf(model: Model): (name: string) => Numbers {
  return (name) => {
    const { raw, type, shape } = model.constants[name];
    if (raw === null)
      throw new InputError({ code: 'HWD003', field: `constants.${name}`, what: 'its values are unknown' });
    return { raw: raw.map(Number), type, shape };
  };
}

/** All slots at once: [slots, channels]. */
export function asEvent(b: CircuitBuilder, { form, view, slots }: SlotsValue): View {
  if (form === 'event') return view;
  const gathered = b.collect(view);
  const [beats, perBeat, ...rest] = gathered.shape as [number, number, ...number[]];
  return slice(reshape(gathered, [beats * perBeat, ...rest]), 0, 0, slots);
}

/** `perBeat` slots in each beat, from an array [slots, ...] that is there once per event; missing slots are 0. */
export function asBeats(b: CircuitBuilder, view: View, perBeat: number): View {
  const [slots, ...rest] = view.shape as [number, ...number[]];
  const beats = Math.ceil(slots / perBeat);
  const missing = beats * perBeat - slots;
  const zeros = () => b.constant(new Array<number>(missing * product(rest)).fill(0), [missing, ...rest]);
  const whole = missing === 0 ? view : b.concat([view, zeros()], 0);
  const [outer, ...strides] = whole.strides as [number, ...number[]];
  return b.serialise({
    ...whole,
    shape: [beats, perBeat, ...rest],
    strides: [outer * perBeat, outer, ...strides],
  });
}

/** Slots per beat of a number of beats that fits both the wish and the interval. */
export function beatsFor(slots: number, perBeat: number): number {
  return Math.ceil(slots / perBeat);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, size) => a * size, 1);
}
