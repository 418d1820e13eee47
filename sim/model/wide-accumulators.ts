/**
 * The Model with every sparse convolution accumulating in a type wide enough to lose nothing: one rounding, at
 * the end. This is what a corrected design would compute; the published kernels round and clip every term.
 */
import { fixed, type FixedFormat, fracBits, MAX_WIDTH } from 'fixed-point-ts';
import { InputError } from './input-error.ts';
import type { LayerOf } from './layers/index.ts';
import type { Model } from './model.ts';

/** @throws InputError `MOD018` if no type is wide enough */
export function withWideAccumulators(model: Model): Model {
  const layers = model.layers.map((layer) =>
    layer.kind === 'sparse-conv2d' ? { ...layer, accumulator: exactAccumulator(model, layer) } : layer,
  );
  return { ...model, name: `${model.name}, wide accumulators`, layers };
}

/**
 * A signed type that holds bias + sum over slots and channels of weight x feature for any values of these types:
 * fraction bits of the finer of product and bias; one integer bit more for each doubling of the number of terms.
 */
function exactAccumulator(model: Model, layer: LayerOf<'sparse-conv2d'>): FixedFormat {
  const features = model.tensors[layer.inputs[0]];
  const weights = model.constants[layer.weights];
  const bias = model.constants[layer.bias];
  const [slots, channels] = features.shape as [number, number];
  const fraction = Math.max(fracBits(features.type) + fracBits(weights.type), fracBits(bias.type));
  const product = signedIntegerBits(features.type) + signedIntegerBits(weights.type);
  const sum = product + Math.ceil(Math.log2(slots * channels));
  const integerBits = Math.max(sum, signedIntegerBits(bias.type)) + 1;
  if (integerBits + fraction > MAX_WIDTH) {
    const what = `would need ${integerBits + fraction} bits to lose nothing, a type has at most ${MAX_WIDTH}`;
    throw new InputError({ code: 'MOD018', layer: layer.name, field: 'accumulator', what });
  }
  return fixed(integerBits + fraction, integerBits);
}

function signedIntegerBits(type: FixedFormat): number {
  return type.integerBits + (type.signed ? 0 : 1);
}
