/** How the sparse hardware is laid out: the choices of a Mapping that our own hardware understands. */
import { InputError, type Model } from '../../model/index.ts';

export interface HardwareChoices {
  readonly name: string;
  readonly clockNs: number;
  /** Cycles between events. */
  readonly interval: number;
  /** Active pixels that the search finds in a cycle. */
  readonly pixelsPerCycle: number;
  /** By layer: output slots that a sparse convolution makes, or kept pixels that a dense layer takes, in a cycle. */
  readonly slotsPerCycle: Readonly<Record<string, number>>;
  /** How an image comes: `wide`, all of it in one beat (default), or `rows`, one row a beat. */
  readonly input?: ImageInput | undefined;
}

export const IMAGE_INPUTS = ['wide', 'rows'] as const;
export type ImageInput = (typeof IMAGE_INPUTS)[number];

export const HARDWARE_MAPPINGS = ['fast', 'small'] as const;
export type HardwareMapping = (typeof HARDWARE_MAPPINGS)[number];

/** Cycles between events of the `fast` mapping. */
const FAST_INTERVAL = 5;

/** Products a cycle beyond which a dense layer on kept pixels takes more beats: at some 60 to 90 logic cells each. */
const FAST_PRODUCTS = 320;

/**
 * `fast`: an event every 5 cycles, everything as parallel as that takes, and the first dense layer in two beats,
 * or in as many (up to five) as keep it within 320 products a cycle.
 * `small`: one slot a cycle and an event every N + 4 cycles; only the layer for which it costs the fewest products
 * does two slots a cycle.
 */
export function hardwareChoices(model: Model, mapping: HardwareMapping, clockNs = 5): HardwareChoices {
  const slots = slotsOf(model);
  const layers = slotLayers(model);
  if (mapping === 'fast') {
    const perCycle = Math.ceil(slots / FAST_INTERVAL);
    const perLayer = layers.map(({ name, kind, products }) => [
      name,
      kind === 'dense' ? denseSlots(slots, products) : perCycle,
    ]);
    const slotsPerCycle = Object.fromEntries(perLayer) as Record<string, number>;
    return { name: 'fast', clockNs, interval: FAST_INTERVAL, pixelsPerCycle: perCycle, slotsPerCycle };
  }
  const cheapest = Math.min(...layers.map(({ products }) => products));
  const doubled = layers.find(({ products }) => products === cheapest)?.name;
  const perLayer = layers.map(({ name }) => [name, name === doubled ? 2 : 1]);
  const slotsPerCycle = Object.fromEntries(perLayer) as Record<string, number>;
  return { name: 'small', clockNs, interval: slots + 4, pixelsPerCycle: 1, slotsPerCycle };
}

/** Kept pixels a cycle in the fewest beats, two or more, that stay within the products a cycle. */
function denseSlots(slots: number, productsPerSlot: number): number {
  const within = Math.max(1, Math.floor(FAST_PRODUCTS / productsPerSlot));
  const beats = Math.min(Math.max(2, Math.ceil(slots / within)), FAST_INTERVAL);
  return Math.ceil(slots / beats);
}

export interface SlotLayer {
  readonly name: string;
  readonly kind: 'sparse-conv2d' | 'dense';
  readonly products: number;
}

/** Layers that work on kept pixels, with the products that one slot a cycle takes. */
export function slotLayers(model: Model): SlotLayer[] {
  const flattened = new Set(
    model.layers.flatMap(({ kind, outputs }) => (kind === 'sparse-flatten' ? outputs : [])),
  );
  return model.layers.flatMap((layer): SlotLayer[] => {
    const [slots, channels] = model.tensors[layer.inputs[0]].shape;
    const out = model.tensors[layer.outputs[0]].shape;
    if (layer.kind === 'sparse-conv2d') {
      return [{ name: layer.name, kind: layer.kind, products: slots * channels * out[1] }];
    }
    if (layer.kind !== 'dense' || !flattened.has(layer.inputs[0])) return [];
    const features = model.layers.find(({ outputs }) => outputs.includes(layer.inputs[0]))!.inputs[0];
    return [{ name: layer.name, kind: layer.kind, products: model.tensors[features].shape[1] * out[0] }];
  });
}

/** Kept pixels of a sparse Model. @throws InputError `HWD001` if the Model has no search for active pixels */
export function slotsOf(model: Model): number {
  const search = model.layers.find(({ kind }) => kind === 'sparse-input-reduce');
  const slots = search && model.tensors[search.outputs[0]]?.shape[0];
  if (slots !== undefined) return slots;
  throw new InputError({ code: 'HWD001', what: `the Model '${model.name}' has no search for active pixels` });
}
