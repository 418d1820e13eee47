/**
 * The Model: what is computed. A graph of layers on tensors, each tensor with one exact fixed-point type, each
 * layer with every internal type and every constant spelled out. Nothing is "default" once a Model exists.
 *
 * A Model says nothing of how it is built: that is the Mapping (mapping.ts).
 */
import { z } from 'zod';
import { layerSchema } from './layers/index.ts';
import { constantSchema, tensorSchema } from './tensor.ts';

export type { Constant, Tensor } from './tensor.ts';

export const MODEL_SCHEMA = 'pipewright/model@1';

export const modelSchema = z
  .strictObject({
    schema: z.literal(MODEL_SCHEMA),
    name: z.string().min(1),
    /** Where the Model came from, in words. */
    source: z.string().optional(),
    inputs: z.array(z.string()).min(1).readonly(),
    outputs: z.array(z.string()).min(1).readonly(),
    tensors: z.record(z.string(), tensorSchema),
    /** In an order in which every tensor is written before it is read. */
    layers: z.array(layerSchema).min(1).readonly(),
    constants: z.record(z.string(), constantSchema),
  })
  .readonly();
export type Model = z.output<typeof modelSchema>;
