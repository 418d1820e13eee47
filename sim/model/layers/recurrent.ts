/**
 * A recurrent layer over the rows of [T, C], forward or backward: LSTM (gates i, f, c, o) or GRU (gates z, r, h).
 *
 * At every step two dense sums of all gates, of the input and of the state h, in `accumulator`; their sums and the gates'
 * activations are assigned to `accumulator` too. LSTM: s = c i + s f, h = o activation(s). GRU: candidate =
 * activation(x part + r h part), h = candidate (1 - z) + h z. State and cell state have the output's type, products are
 * exact. Output: the last h, [U], or that of every step, [T, U]. Source: hls4ml 1.3.0 `lstm_static`, `gru_static`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

/** ReLU, or the name of the constant that holds a table over [-range, range). */
export const gateActivationSchema = z
  .discriminatedUnion('function', [
    z.strictObject({ function: z.literal('relu') }),
    z.strictObject({
      function: z.enum(['sigmoid', 'tanh']),
      table: z.string(),
      range: z.int().min(1),
    }),
  ])
  .readonly();
export type GateActivation = z.output<typeof gateActivationSchema>;

export const recurrentSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('recurrent'),
  cell: z.enum(['lstm', 'gru']),
  backward: z.boolean(),
  returnSequences: z.boolean(),
  accumulator: formatCodec,
  activation: gateActivationSchema,
  recurrentActivation: gateActivationSchema,
  /** Names of constants: [C, gates U], [U, gates U], [gates U], [gates U]. */
  weights: z.string(),
  recurrentWeights: z.string(),
  bias: z.string(),
  recurrentBias: z.string(),
});
export type Recurrent = z.output<typeof recurrentSchema>;

export const recurrent: LayerKind<Recurrent> = {
  kind: 'recurrent',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    const [x, out] = [context.input(0), context.output(0)];
    if (!x || !out) return;
    const units = out.shape.at(-1)!;
    const wide = units * (layer.cell === 'lstm' ? 4 : 3);
    expectShape(context, 'inputs[0]', x.shape, [undefined, undefined], '[steps, features]');
    const shape = layer.returnSequences ? [x.shape[0], undefined] : [undefined];
    expectShape(context, 'outputs[0]', out.shape, shape, 'the state, or that of every step');
    const constants = [
      ['weights', [x.shape[1], wide]],
      ['recurrentWeights', [units, wide]],
      ['bias', [wide]],
      ['recurrentBias', [wide]],
    ] as const;
    for (const [field, expected] of constants) {
      const constant = context.constant(field, layer[field]);
      if (constant) expectShape(context, field, constant.shape, expected, 'all gates side by side');
    }
    for (const field of ['activation', 'recurrentActivation'] as const) {
      const activation = layer[field];
      if (activation.function !== 'relu') context.constant(`${field}.table`, activation.table);
    }
  },
};
