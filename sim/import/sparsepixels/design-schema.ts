/**
 * The parts of a SparsePixels design folder that the importer reads: `design.json` and `weights.json`.
 *
 * The files hold more (constants, pragmas, reports); what is not named here is ignored on purpose.
 */
import { z } from 'zod';
import { typeSchema } from './type-schema.ts';

const size = z.int().min(1);
const pad = z.int().min(0);
const name = z.string().min(1);
const stream = { out_stream_depth: size.optional() };
const dataflow = { name, input: name, output: name, in_type: typeSchema, out_type: typeSchema, ...stream };
const window = {
  in_height: size,
  in_width: size,
  n_chan: size,
  out_height: size,
  out_width: size,
  stride_height: size,
  stride_width: size,
  pad_top: pad,
  pad_bottom: pad,
  pad_left: pad,
  pad_right: pad,
};
const sharing = {
  strategy: z.enum(['latency', 'resource']).default('latency'),
  reuse_factor: size.default(1),
};
const tableSize = size.max(2 ** 20);
const addressedByBits = tableSize.refine(
  (entries) => Number.isInteger(Math.log2(entries)),
  'must be a power of two',
);

export const designLayerSchema = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('sparse_input_reduce'),
    name,
    in_type: typeSchema,
    hash_type: typeSchema,
    height: size,
    width: size,
    channels: size,
    n_max_pixels: size,
    threshold_raw: z.int(),
    index_bits: size,
    inputs: z.tuple([name]),
    out_features: name,
    out_hash: name,
  }),
  z.object({
    op: z.literal('sparse_conv'),
    name,
    in_type: typeSchema,
    out_type: typeSchema,
    acc_type: typeSchema,
    hash_type: typeSchema,
    weight_type: typeSchema,
    bias_type: typeSchema,
    n_max_pixels: size,
    channels: size,
    filters: size,
    kernel_size: size,
    stride: z.literal(1),
    padding: z.literal('same'),
    in_features: name,
    in_hash: name,
    out_features: name,
    weights: name,
    bias: name,
  }),
  z.object({
    op: z.literal('sparse_relu'),
    name,
    in_type: typeSchema,
    out_type: typeSchema,
    n_max_pixels: size,
    channels: size,
    in_features: name,
    out_features: name,
  }),
  z.object({
    op: z.literal(['sparse_pooling_avg', 'sparse_pooling_max']),
    name,
    in_type: typeSchema,
    out_type: typeSchema,
    acc_type: typeSchema.optional(),
    reciprocal_type: typeSchema.optional(),
    hash_type: typeSchema,
    n_max_pixels: size,
    channels: size,
    pool_size: size,
    in_features: name,
    in_hash: name,
    out_features: name,
    out_hash: name,
  }),
  z.object({
    op: z.literal('sparse_flatten'),
    name,
    data_type: typeSchema,
    hash_type: typeSchema,
    height: size,
    width: size,
    channels: size,
    n_max_pixels: size,
    in_features: name,
    in_hash: name,
    out: name,
  }),
  z.object({
    op: z.literal('zeropad2d_cl'),
    ...dataflow,
    config: z.object({
      in_height: size,
      in_width: size,
      n_chan: size,
      out_height: size,
      out_width: size,
      pad_top: pad,
      pad_bottom: pad,
      pad_left: pad,
      pad_right: pad,
    }),
  }),
  z.object({
    op: z.literal('conv_2d_cl'),
    ...dataflow,
    weights: name,
    bias: name,
    config: z.object({
      ...window,
      ...sharing,
      filt_height: size,
      filt_width: size,
      n_filt: size,
      accum_t: typeSchema,
      weight_t: typeSchema,
      bias_t: typeSchema,
    }),
  }),
  z.object({
    op: z.literal('pooling2d_cl'),
    ...dataflow,
    config: z.object({
      ...window,
      pool_height: size,
      pool_width: size,
      n_filt: size,
      pool_op: z.enum(['Average', 'Max']),
      accum_t: typeSchema,
    }),
  }),
  z.object({
    op: z.literal('dense'),
    ...dataflow,
    weights: name,
    bias: name,
    config: z.object({
      ...sharing,
      n_in: size,
      n_out: size,
      accum_t: typeSchema,
      weight_t: typeSchema,
      bias_t: typeSchema,
    }),
  }),
  z.object({ op: z.literal('relu'), ...dataflow, config: z.object({ n_in: size }) }),
  z.object({
    op: z.literal('sigmoid'),
    ...dataflow,
    config: z.object({ n_in: size, table_size: tableSize, table_t: typeSchema }),
  }),
  z.object({
    op: z.literal('softmax'),
    ...dataflow,
    config: z.object({
      n_in: size,
      table_size: addressedByBits,
      implementation: z.literal('stable'),
      exp_table_t: typeSchema,
      inv_table_t: typeSchema,
    }),
  }),
]);
export type DesignLayer = z.output<typeof designLayerSchema>;

/** Every kernel that a design may call. */
export const DESIGN_OPS = designLayerSchema.options.flatMap(({ shape }) => [...shape.op.values]);

export const designSchema = z.object({
  design: name,
  io_type: z.enum(['io_parallel', 'io_stream']),
  part: name,
  csynth_clock: z.object({ target_ns: z.number().positive(), uncertainty_ns: z.number().min(0) }),
  input_shape: z.tuple([size, size, size]),
  layers: z.array(designLayerSchema).min(1),
});
export type Design = z.output<typeof designSchema>;

export const weightsSchema = z.record(
  z.string(),
  z.object({
    type: typeSchema,
    count: size,
    /** The decimals of the design's weight files, in file order. */
    txt_values: z.array(z.string()).optional(),
    raw: z.array(z.number()),
  }),
);
export type DesignWeights = z.output<typeof weightsSchema>;
