/**
 * A dense layer on a vector that is there all at once, shared over beats: in each beat some inputs meet their weights,
 * which a table gives by the beat's number. Source of the function: hls4ml `dense_latency`.
 */
import { fracBits } from 'fixed-point-ts';
import { compose, expand, reshape } from '../../../pipeline/circuit/index.ts';
import type { Lower } from '../lowering.ts';
import { asBeats, needKind, unsupported } from '../lowering.ts';
import { weightedSum } from '../weighted-sum.ts';

/** @param products  made in a cycle, as far as one input's products allow */
export function lowerSharedDense(products: number): Lower<'dense'> {
  return (layer, { b, inputs, outputs, constant }) => {
    const { view, type } = needKind(layer, inputs[0], 'dense');
    const weights = constant(layer.weights);
    const [count, width] = weights.shape as [number, number];
    const perBeat = Math.max(1, Math.min(count, Math.floor(products / width)), Math.ceil(count / b.interval));
    const beats = Math.ceil(count / perBeat);
    const sum = {
      accumulator: layer.accumulator,
      bias: constant(layer.bias),
      count,
      frac: fracBits(weights.type) + fracBits(type),
    };
    const flat = reshape(view, [count]);
    const whole = () => b.multiply(expand(flat, 1), b.constant(weights.raw, [count, width]));
    const made =
      beats === 1
        ? weightedSum(b, whole(), sum)
        : (weightedSum(b, inBeats(), sum) ?? weightedSum(b, whole(), sum));
    if (!made) return unsupported(layer, 'its sum has no hardware here');
    const out = outputs[0].type;
    return [{ kind: 'dense', view: compose.cast(b, made, fracBits(layer.accumulator), out), type: out }];

    function inBeats() {
      const rows = Array.from({ length: beats }, (_, beat) => {
        const row = weights.raw.slice(beat * perBeat * width, (beat + 1) * perBeat * width);
        return [...row, ...new Array<number>(perBeat * width - row.length).fill(0)];
      });
      const number = b.beatConstant(
        rows.map((_, beat) => [beat]),
        [1],
        'beat',
      );
      const taken = reshape(b.tableRow(number, rows), [perBeat, width]);
      return b.multiply(expand(asBeats(b, flat, perBeat), 1), taken);
    }
  };
}
