/**
 * A recurrent layer over the rows of [T, C], forward or backward: LSTM (gates i, f, c, o), GRU (gates z, r, h) or simple.
 *
 * At every step two dense sums of all gates, of the input and of the state h, in `accumulator`; their sums and the gates'
 * activations are assigned to `accumulator` too. LSTM: s = c i + s f, h = o activation(s). GRU: candidate =
 * activation(x part + r h part), h = candidate (1 - z) + h z. State and cell state have the output's type, products are
 * exact. Simple: h = activation(x part + h part), straight into the output's type. Output: the last h, [U], or that of
 * every step, [T, U]. Source: hls4ml 1.3.0 `lstm_static`, `gru_static`; `simple_rnn` of its Quartus backend, since the Vitis
 * one has none, with the sums and tables that Vitis has for the other cells.
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
  cell: z.enum(['lstm', 'gru', 'simple']),
  backward: z.boolean(),
  returnSequences: z.boolean(),
  accumulator: formatCodec,
  activation: gateActivationSchema,
  /** Of the gates, which a simple cell does not have. */
  recurrentActivation: gateActivationSchema.optional(),
  /** Names of constants: [C, gates U], [U, gates U], [gates U], [gates U]. */
  weights: z.string(),
  recurrentWeights: z.string(),
  bias: z.string(),
  recurrentBias: z.string(),
});
export type Recurrent = z.output<typeof recurrentSchema>;

/** Weighted sums a unit, of the input and of the state. */
export const GATES: Readonly<Record<Recurrent['cell'], number>> = { lstm: 4, gru: 3, simple: 1 };

export const recurrent: LayerKind<Recurrent> = {
  kind: 'recurrent',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    const [x, out] = [context.input(0), context.output(0)];
    if (!x || !out) return;
    const units = out.shape.at(-1)!;
    const wide = units * GATES[layer.cell];
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
    if ((layer.recurrentActivation === undefined) !== (layer.cell === 'simple')) {
      const what = layer.cell === 'simple' ? 'is given to a simple cell, which has no gates' : 'is missing';
      context.report('recurrentActivation', what);
    }
    for (const field of ['activation', 'recurrentActivation'] as const) {
      const activation = layer[field];
      if (activation && activation.function !== 'relu') context.constant(`${field}.table`, activation.table);
    }
  },
};
