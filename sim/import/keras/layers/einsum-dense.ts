/** Dense layers over named axes. */
import type { Source } from '../../hls4ml/node.ts';
import type { LayerHandler, LayerReader } from '../layer-reader.ts';
import { withActivation } from './activation.ts';
import { zeros } from './weights.ts';

/** The equation without its batch axis, and the sizes of its axes. */
export const einsumDense: LayerHandler = (reader) => {
  const { fields, inputShape } = reader;
  const equation = withoutBatch(fields.text('equation').replaceAll(' ', ''));
  if (equation === undefined)
    throw fields.unsupported('equation', 'must begin with one batch axis on both sides');
  const weight = reader.anyWeight('kernel', 0);
  const [[x, w], out] = splitEquation(equation);
  const sizes = new Map<string, number>();
  [...x].forEach((axis, at) => sizes.set(axis, inputShape[at]));
  [...w].forEach((axis, at) => sizes.set(axis, weight.shape[at]));
  const shape = [...out].map((axis) => sizes.get(axis) ?? 0);
  const biasAxes = fields.raw('bias_axes');
  const bias =
    typeof biasAxes === 'string' && biasAxes.length > 0 ? reader.anyWeight('bias', 1) : zeros(shape.at(-1)!);
  const node = reader.source('EinsumDense', { kind: 'einsum-dense', equation }, shape, {
    weights: { weight, bias },
  });
  return withActivation(reader, node);
};

export function splitEquation(equation: string): [inputs: string[], out: string] {
  const [left, out] = equation.split('->');
  return [left.split(','), out];
}

/** The node of an einsum of two tensors, both with the batch in front. */
export function einsumSource(reader: LayerReader): Source {
  const { fields, inputShapes } = reader;
  const [left, out] = fields.text('equation').replaceAll(' ', '').split('->');
  const [a, b, ...more] = left.split(',');
  const batch = out?.[0];
  if (
    !a ||
    !b ||
    more.length > 0 ||
    batch === undefined ||
    a[0] !== batch ||
    b[0] !== batch ||
    left.includes('.')
  )
    throw fields.unsupported(
      'equation',
      'must be of two tensors with the batch in front of each and of the result',
    );
  const sizes = new Map<string, number>();
  [a, b].forEach((axes, index) =>
    [...axes.slice(1)].forEach((axis, at) => sizes.set(axis, inputShapes[index]?.[at] ?? 0)),
  );
  const shape = [...out.slice(1)].map((axis) => sizes.get(axis) ?? 0);
  const equation = `${a.slice(1)},${b.slice(1)}->${out.slice(1)}`;
  return reader.source('Einsum', { kind: 'einsum', equation }, shape.length > 0 ? shape : [1]);
}

function withoutBatch(equation: string): string | undefined {
  const [[x, w = ''], out] = splitEquation(equation);
  if (x.startsWith('...') && out?.startsWith('...')) return `${x.slice(3)},${w}->${out.slice(3)}`;
  if (x[0] === undefined || x[0] !== out?.[0] || w.includes(x[0])) return undefined;
  return `${x.slice(1)},${w}->${out.slice(1)}`;
}
