/**
 * Bodies of the layers that work element by element: batch normalisation by itself, activations with slopes, pieces of lines
 * or tables. Each is exact up to its one assignment to the output type, so that no order of operations matters.
 */
import { fracBits } from 'fixed-point-ts';
import type { LayerOf } from '../../../model/index.ts';
import { type CircuitBuilder, compose, sizeOf, type View } from '../../../pipeline/circuit/index.ts';
import { lowerSigmoid } from '../activations.ts';
import { type DenseValue, type LoweringContext, needKind, type Numbers } from '../lowering.ts';

export type ElementWiseLayer = LayerOf<'scale-shift' | 'parametric-relu' | 'hard-sigmoid' | 'table-function'>;

export function isElementWise(layer: { readonly kind: string }): layer is ElementWiseLayer {
  return ['scale-shift', 'parametric-relu', 'hard-sigmoid', 'table-function'].includes(layer.kind);
}

/** Elements after which the layer's constants repeat. */
export function periodOf(layer: ElementWiseLayer, constant: LoweringContext['constant']): number {
  switch (layer.kind) {
    case 'scale-shift':
      return Math.max(...[layer.scale, layer.shift].map((name) => constant(name).raw.length));
    case 'parametric-relu':
      return constant(layer.slopes).raw.length;
    case 'hard-sigmoid':
    case 'table-function':
      return 1;
    default:
      return layer satisfies never;
  }
}

/** @throws InputError `HWD002`. @throws RangeError beyond 53 bits */
export function lowerElementWise(layer: ElementWiseLayer, context: LoweringContext): DenseValue {
  const { b, inputs, outputs, constant } = context;
  const { view, type } = needKind(layer, inputs[0], 'dense');
  const x: Fixed = { view, frac: fracBits(type) };
  const out = outputs[0].type;
  const assigned = ({ view: value, frac }: Fixed) => compose.cast(b, value, frac, out);
  const dense = (value: View): DenseValue => ({ kind: 'dense', view: value, type: out });
  switch (layer.kind) {
    case 'scale-shift': {
      const [scale, shift] = [layer.scale, layer.shift].map((name) => along(b, view, constant(name)));
      return dense(assigned(add(b, multiply(b, x, scale), shift)));
    }
    case 'parametric-relu': {
      const sloped = multiply(b, x, along(b, view, constant(layer.slopes)));
      return dense(b.select(b.less(b.constant([0]), view), assigned(x), assigned(sloped)));
    }
    case 'hard-sigmoid': {
      const number = ({ raw, type: of }: typeof layer.slope): Fixed => ({
        view: b.constant([Number(raw)]),
        frac: fracBits(of),
      });
      const line = add(b, multiply(b, x, number(layer.slope)), number(layer.shift));
      const one = 2 ** Math.max(line.frac, 0);
      const fine = { view: b.shiftLeft(line.view, Math.max(-line.frac, 0)), frac: Math.max(line.frac, 0) };
      const clipped = b.clamp(fine.view, 0, one);
      const value = layer.symmetric ? b.subtract(b.shiftLeft(clipped, 1), b.constant([one])) : clipped;
      return dense(assigned({ view: value, frac: fine.frac }));
    }
    case 'table-function':
      return lowerSigmoid({ ...layer, kind: 'sigmoid' }, context)[0] as DenseValue;
    default:
      return layer satisfies never;
  }
}

/** view x 2^-frac. */
interface Fixed {
  readonly view: View;
  readonly frac: number;
}

/** A constant beside every element of a view: entry i modulo its size. */
function along(b: CircuitBuilder, { shape }: View, { raw, type }: Numbers): Fixed {
  const values = Array.from({ length: sizeOf(shape) }, (_, at) => raw[at % raw.length]);
  return { view: b.constant(values, shape), frac: fracBits(type) };
}

function multiply(b: CircuitBuilder, p: Fixed, q: Fixed): Fixed {
  return { view: b.multiply(p.view, q.view), frac: p.frac + q.frac };
}

function add(b: CircuitBuilder, p: Fixed, q: Fixed): Fixed {
  const frac = Math.max(p.frac, q.frac);
  return {
    view: b.add(b.shiftLeft(p.view, frac - p.frac), b.shiftLeft(q.view, frac - q.frac)),
    frac,
  };
}
