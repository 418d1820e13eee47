import { fracBits } from 'fixed-point-ts';
import { type CircuitBuilder, compose, type View } from '../../pipeline/circuit/index.ts';
import type { FixedFormat } from 'fixed-point-ts';
import { type LoweringContext, needKind, type Value } from './lowering.ts';
import type { LayerOf } from '../../model/index.ts';

/** max(value, 0) assigned to the output type, for dense arrays and kept pixels alike. */
export function lowerRelu(
  layer: LayerOf<'relu' | 'sparse-relu'>,
  { b, inputs, outputs }: LoweringContext,
): Value[] {
  const { type } = outputs[0];
  const value = needKind(layer, inputs[0], layer.kind === 'relu' ? 'dense' : 'slots');
  return [{ ...value, view: rectified(b, value.view, value.type, type), type }];
}

/**
 * An unsigned saturating type clips negative numbers by itself: rounding is monotone and keeps 0, so that
 * round(max(v, 0)) = max(round(v), 0).
 */
function rectified(b: CircuitBuilder, x: View, from: FixedFormat, to: FixedFormat): View {
  const clips = !to.signed && to.overflow === 'SAT';
  const positive = clips ? x : b.clamp(x, 0, Infinity);
  return compose.cast(b, positive, fracBits(from), to);
}
