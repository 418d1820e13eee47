/**
 * The Mapping: how a Model is built, as choices keyed by layer. One Model has many Mappings.
 *
 * A choice that a layer does not name is taken from `default`.
 */
import { z } from 'zod';
import { positiveInt } from './codecs.ts';

export const MAPPING_SCHEMA = 'pipewright/mapping@1';

export const layerChoicesSchema = z
  .strictObject({
    /** hls4ml's strategies: fully unrolled, or multipliers shared over a loop. */
    strategy: z.enum(['latency', 'resource']).optional(),
    /** Multiplications that one multiplier does per event. */
    reuseFactor: positiveInt.optional(),
  })
  .readonly();
export type LayerChoices = z.output<typeof layerChoicesSchema>;

export const mappingSchema = z
  .strictObject({
    schema: z.literal(MAPPING_SCHEMA),
    name: z.string().optional(),
    /** Schedule profile of the HLS kernels, e.g. `sparsepixels-0.2.1`. */
    profile: z.string().optional(),
    part: z.string().min(1),
    clockNs: z.number().positive(),
    /** What HLS keeps back of the clock period, ns. */
    clockUncertaintyNs: z.number().min(0),
    /** Whole tensors at once, or one pixel (all channels) per beat. */
    io: z.enum(['parallel', 'stream']),
    default: layerChoicesSchema,
    layers: z.record(z.string(), layerChoicesSchema),
    /** FIFO depth in beats by tensor name, where it is not the tool's own. */
    fifoDepths: z.record(z.string(), positiveInt),
  })
  .readonly();
export type Mapping = z.output<typeof mappingSchema>;

/** Every choice of one layer, none left open. */
export type Choices = { readonly [K in keyof LayerChoices]-?: NonNullable<LayerChoices[K]> };

/** The choices of one layer: its own where named, the Mapping's default otherwise. */
export function choicesFor({ default: fallback, layers }: Mapping, layer: string): Choices {
  const own = layers[layer];
  return {
    strategy: own?.strategy ?? fallback.strategy ?? 'latency',
    reuseFactor: own?.reuseFactor ?? fallback.reuseFactor ?? 1,
  };
}
