/** LSTM, GRU, simple cells, and both directions of any. */
import { GATES, InputError } from '../../../model/index.ts';
import type { Operation, RecurrentCell, Weight } from '../../hls4ml/node.ts';
import { Fields } from '../fields.ts';
import type { LayerHandler, LayerReader } from '../layer-reader.ts';
import { activationName } from './activation.ts';
import { zeros } from './weights.ts';

/** What hls4ml's recurrent kernels know. */
const ACTIVATIONS = ['relu', 'sigmoid', 'tanh'];

const CELLS = { LSTM: 'lstm', GRU: 'gru', SimpleRNN: 'simple' } as const;
type ClassName = keyof typeof CELLS;

/** One direction: its cell and its weights, below `path` in a Keras 3 file. */
function readCell(
  reader: LayerReader,
  className: ClassName,
  fields: Fields,
  path: readonly string[],
  prefix: RecurrentCell['prefix'],
): { cell: RecurrentCell; weights: Record<string, Weight> } {
  fields.only('stateful', [false]);
  fields.only('return_state', [false]);
  fields.only('unroll', [false]);
  const cell = CELLS[className];
  const units = fields.count('units');
  const named = (field: string, fallback: string) => {
    const name = activationName(fields.raw(field) ?? fallback) ?? 'unknown';
    if (ACTIVATIONS.includes(name)) return name;
    throw fields.unsupported(field, `the function '${name}' is not supported`);
  };
  const resetAfter = fields.flag('reset_after', true);
  const useBias = fields.flag('use_bias', true);
  const wide = GATES[cell] * units;
  const biases = (): { bias: Weight; recurrentBias: Weight } => {
    if (!useBias) return { bias: zeros(wide), recurrentBias: zeros(wide) };
    const stored =
      cell === 'simple' ? reader.weight('bias', 2, [wide], path) : reader.anyWeight('bias', 2, path);
    if (cell !== 'gru') return { bias: stored, recurrentBias: zeros(wide) };
    if (stored.shape.length !== 2) {
      // reset_after=false has one bias vector; hls4ml takes its first element for the input and its second for the state
      return scalarBiases(stored, wide);
    }
    const row = (at: number): Weight => ({
      shape: [wide],
      values: stored.values.subarray(at * wide, (at + 1) * wide),
    });
    return { bias: row(0), recurrentBias: row(1) };
  };
  const { bias, recurrentBias } = biases();
  return {
    cell: {
      cell,
      units,
      activation: named('activation', 'tanh'),
      ...(cell === 'simple' ? {} : { recurrentActivation: named('recurrent_activation', 'sigmoid') }),
      prefix,
      ...(cell === 'gru' ? { resetAfter } : {}),
    },
    weights: {
      [`${prefix}weight`]: reader.weight('kernel', 0, [reader.inputShape[1], wide], path),
      [`${prefix}recurrent_weight`]: reader.weight('recurrent_kernel', 1, [units, wide], path),
      [`${prefix}bias`]: bias,
      [`${prefix}recurrent_bias`]: recurrentBias,
    },
  };
}

function scalarBiases(stored: Weight, wide: number): { bias: Weight; recurrentBias: Weight } {
  const scalar = (at: number): Weight => ({
    shape: [wide],
    values: new Float64Array(wide).fill(stored.values[at]),
  });
  return { bias: scalar(0), recurrentBias: scalar(1) };
}

export const recurrent =
  (className: ClassName): LayerHandler =>
  (reader) => {
    const { fields, inputShape } = reader;
    if (inputShape.length !== 2) throw fields.unsupported('input', 'must be [steps, features]');
    fields.only('go_backwards', [false]);
    const path = ['cell'];
    const { cell, weights } = readCell(reader, className, fields, path, '');
    const returnSequences = fields.flag('return_sequences', false);
    const operation: Operation = { kind: 'recurrent', cells: [cell], returnSequences };
    const shape = returnSequences ? [inputShape[0], cell.units] : [cell.units];
    return [reader.source(className, operation, shape, { weights })];
  };

interface Wrapped {
  readonly class_name: ClassName;
  readonly config: Record<string, unknown>;
}

export const bidirectional: LayerHandler = (reader) => {
  const { fields, inputShape } = reader;
  const forward = wrapped(fields, 'layer');
  const backward = fields.raw('backward_layer') ? wrapped(fields, 'backward_layer') : forward;
  const merge = fields.text('merge_mode', 'concat');
  // hls4ml's kernel joins both directions whatever the mode
  if (merge !== 'concat') throw fields.unsupported('merge_mode', `'${merge}' is not supported`, 'use concat');
  const directions = [
    { of: forward, prefix: 'forward_', path: ['forward_layer', 'cell'] },
    { of: backward, prefix: 'backward_', path: ['backward_layer', 'cell'] },
  ] as const;
  const parts = directions.map(({ of, prefix, path }) => {
    const own = new Fields(reader.layer.name, of.config);
    const { cell, weights } = readCell(reader, of.class_name, own, path, prefix);
    if (of === forward) own.only('go_backwards', [false]);
    else own.only('go_backwards', [true]);
    const sequences = own.flag('return_sequences', false);
    own.refuseOthers(of.class_name);
    return { cell, weights, sequences };
  });
  const [returnSequences, behind] = parts.map(({ sequences }) => sequences);
  if (returnSequences !== behind)
    throw fields.unsupported('backward_layer', 'returns sequences where the forward layer does not, or not');
  const cells = parts;
  const [a, b] = cells.map(({ cell }) => cell.units);
  const units = a + b;
  const operation: Operation = {
    kind: 'recurrent',
    cells: cells.map(({ cell }) => cell),
    returnSequences,
  };
  const shape = returnSequences ? [inputShape[0], units] : [units];
  const weights = Object.assign({}, ...cells.map((cell) => cell.weights)) as Record<string, Weight>;
  return [reader.source('Bidirectional', operation, shape, { weights })];
};

function wrapped(fields: Fields, field: string): Wrapped {
  const value = fields.raw(field) as Partial<Wrapped> | undefined;
  if (value?.config && value.class_name && Object.hasOwn(CELLS, value.class_name)) return value as Wrapped;
  throw new InputError({
    code: 'KER003',
    layer: fields.layer,
    field,
    what: `holds ${JSON.stringify(value?.class_name) ?? 'nothing'}, only LSTM, GRU and SimpleRNN are supported`,
    mend: 'use one of them',
  });
}
