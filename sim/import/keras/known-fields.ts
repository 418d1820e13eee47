/**
 * Fields of Keras layers that say nothing of the values at inference, or stand for something only with a value that is not
 * done. What a layer's handler neither reads nor stands here is refused by name.
 *
 * Source: `get_config` of Keras 2.15 and 3.15, QKeras 0.9, hgq2 0.2.0, sparsepixels 0.3.2.
 */

const TRAINED = [
  'activity',
  'alpha',
  'beta',
  'bias',
  'bn_beta',
  'bn_gamma',
  'depthwise',
  'embeddings',
  'gamma',
  'kernel',
  'moving_mean',
  'moving_variance',
  'pointwise',
  'recurrent',
].flatMap((variable) => ['initializer', 'regularizer', 'constraint'].map((what) => `${variable}_${what}`));

const SILENT: readonly string[] = [
  ...TRAINED,
  // of every layer; what is fed in and how wide floats are in training
  'name',
  'trainable',
  'autocast',
  'batch_shape',
  'batch_input_shape',
  'input_shape',
  'input_dim',
  'input_length',
  // of training, or of how a graph is run
  'dropout',
  'fused',
  'implementation',
  'momentum',
  'noise_shape',
  'rate',
  'recurrent_dropout',
  'renorm_clipping',
  'renorm_momentum',
  'seed',
  'synchronized',
  'unit_forget_bias',
  'zero_output_for_mask',
  // what the weights say themselves
  'output_shape',
  // QKeras: of weights that may be missing
  'bias_quantizer',
  // HGQ2: resources, and quantisers that may be off
  'allow_heterogeneous_input',
  'beta0',
  'ebops_factor',
  'enable_ebops',
  'parallelization_factor',
  'bq_conf',
  'exp_iq_conf',
  'exp_oq_conf',
  'inv_iq_conf',
  'inv_oq_conf',
  'iq_conf',
  'iq_confs',
  'kq_conf',
  'oq_conf',
  // SparsePixels: of training, or replaced by what was learned
  'beta_maskedE',
  'beta_n',
  'tau_n',
  'tau_threshold',
  'threshold',
];

/** Fields that may stand only with these values. */
const ONLY: Readonly<Record<string, readonly unknown[]>> = {
  optional: [false],
  ragged: [false],
  renorm: [false],
  sparse: [false],
  time_major: [false],
};

export function isKnownField(field: string, value: unknown): boolean {
  if (SILENT.includes(field)) return true;
  // a dtype of whole numbers is one of inputs; a quantised one changes the weights
  if (field === 'dtype') return !JSON.stringify(value).includes('Quantized');
  return Object.hasOwn(ONLY, field) && ONLY[field].includes(value);
}
