/** LSTM, GRU and simple cells over the rows of a tensor. */
import { fixed, type FixedFormat, ufixed } from 'fixed-point-ts';
import { GATES, InputError, type LayerOf } from '../../../sim/model/index.ts';
import type { Kernel, PlanContext, PlanLayer } from '../hls-layer.ts';
import { weightedSumLatency, weightedSumResource } from '../kernels/weighted-sum.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { bitsFor, storage } from '../literal.ts';
import { text } from '../text.ts';
import { sumPlan } from './dense.ts';

type Layer = LayerOf<'recurrent'>;
type Function = 'table' | 'relu';

/** A kernel differs by these alone; everything else stands in the layer's struct. */
interface Variant {
  readonly cell: Layer['cell'];
  readonly strategy: 'latency' | 'resource';
  readonly activation: Function;
  readonly recurrentActivation: Function;
}

const gates: Kernel = sharedKernel(
  'gates',
  'The two weighted sums of a recurrent step, and the activations of its gates.',
  text`
    // The weighted sums of all gates: of the step's input, and of the state before it.
    template <class Layer> struct sums_of_input {
      static constexpr int terms = Layer::features, sums = Layer::gates * Layer::units;
      static constexpr int multipliers = Layer::input_multipliers;
      static constexpr int inputs_per_cycle = Layer::input_inputs_per_cycle, sums_per_cycle = Layer::input_sums_per_cycle;
      typedef typename Layer::input_t input_t;
      typedef typename Layer::weight_t weight_t;
      typedef typename Layer::bias_t bias_t;
      typedef typename Layer::accumulator_t accumulator_t, output_t;
    };
    template <class Layer> struct sums_of_state {
      static constexpr int terms = Layer::units, sums = Layer::gates * Layer::units;
      static constexpr int multipliers = Layer::state_multipliers;
      static constexpr int inputs_per_cycle = Layer::state_inputs_per_cycle, sums_per_cycle = Layer::state_sums_per_cycle;
      typedef typename Layer::output_t input_t;
      typedef typename Layer::recurrent_weight_t weight_t;
      typedef typename Layer::recurrent_bias_t bias_t;
      typedef typename Layer::accumulator_t accumulator_t, output_t;
    };

    // The entry of a table that x addresses: x scale cut towards zero, plus half the table, held at both ends.
    template <class Output, class Whole, int entries, class Number, class Scale, class Entry>
    Output entry_at(const Number &x, const Scale &scale, const Entry table[entries]) {
      //@ inline
      const Whole steps = x * scale;
      int address = entries / 2;
      if (steps < -(entries / 2)) {
        address = 0;
      } else if (steps >= entries - entries / 2) {
        address = entries - 1;
      } else {
        address += to_int(steps);
      }
      return table[address];
    }

    // The activations of a layer whose functions are tables: of the candidate, and of the gates.
    template <class Layer, class Number>
    typename Layer::accumulator_t activation(const Number &x,
                                             const typename Layer::activation_entry_t table[Layer::activation_entries]) {
      //@ inline
      return entry_at<typename Layer::accumulator_t, typename Layer::activation_whole_t, Layer::activation_entries>(
          x, Layer::activation_scale(), table);
    }
    template <class Layer, class Number>
    typename Layer::accumulator_t gate(const Number &x,
                                       const typename Layer::recurrent_entry_t table[Layer::recurrent_entries]) {
      //@ inline
      return entry_at<typename Layer::accumulator_t, typename Layer::recurrent_whole_t, Layer::recurrent_entries>(
          x, Layer::recurrent_scale(), table);
    }
    template <class Layer, class Number>
    typename Layer::output_t shown(const Number &x,
                                   const typename Layer::activation_entry_t table[Layer::activation_entries]) {
      //@ inline
      return entry_at<typename Layer::output_t, typename Layer::activation_whole_t, Layer::activation_entries>(
          x, Layer::activation_scale(), table);
    }

    // max(x, 0).
    template <class Output, class Number> Output not_negative(const Number &x) {
      //@ inline
      Output result = 0;
      if (x > 0) result = x;
      return result;
    }
  `,
);

function sharedKernel(name: string, about: string, body: string): Kernel {
  return { name, about, needs: [], parallel: body, stream: body };
}

const CELLS: Readonly<Record<Layer['cell'], string>> = {
  lstm: text`
    const accumulator_t add_sum = from_input[unit] + from_state[unit];
    const accumulator_t keep_sum = from_input[units + unit] + from_state[units + unit];
    const accumulator_t candidate_sum = from_input[2 * units + unit] + from_state[2 * units + unit];
    const accumulator_t show_sum = from_input[3 * units + unit] + from_state[3 * units + unit];
    const accumulator_t candidate = ACTIVATION(candidate_sum);
    const accumulator_t add = GATE(add_sum);
    const accumulator_t keep = GATE(keep_sum);
    const accumulator_t show = GATE(show_sum);
    memory[unit] = candidate * add + memory[unit] * keep;
    const accumulator_t shown = ACTIVATION(memory[unit]);
    state[unit] = show * shown;
  `,
  gru: text`
    const accumulator_t update_sum = from_input[unit] + from_state[unit];
    const accumulator_t reset_sum = from_input[units + unit] + from_state[units + unit];
    const accumulator_t update = GATE(update_sum);
    const accumulator_t reset = GATE(reset_sum);
    const accumulator_t remembered = reset * from_state[2 * units + unit];
    const accumulator_t candidate_sum = from_input[2 * units + unit] + remembered;
    const accumulator_t candidate = ACTIVATION(candidate_sum);
    state[unit] = candidate * (Layer::one() - update) + state[unit] * update;
  `,
  simple: text`
    const accumulator_t sum = from_input[unit] + from_state[unit];
    state[unit] = SHOWN(sum);
  `,
};

const ABOUT: Readonly<Record<Layer['cell'], string>> = {
  lstm: 'memory = candidate add + memory keep, state = show activation(memory)',
  gru: 'candidate = activation(x part + reset h part), state = candidate (1 - update) + state update',
  simple: 'state = activation(x part + h part)',
};

/** How calls in {@link CELLS} are written out: the function over a table, that table, and the type of the result. */
const CALLS = {
  GATE: ['gate', 'recurrent_table', 'accumulator_t'],
  ACTIVATION: ['activation', 'activation_table', 'accumulator_t'],
  SHOWN: ['shown', 'activation_table', 'typename Layer::output_t'],
} as const;

function applied(statements: string, name: keyof typeof CALLS, which: Function): string {
  const [byTable, table, result] = CALLS[name];
  return statements.replaceAll(new RegExp(`${name}\\((.*)\\);`, 'g'), (_, x: string) =>
    which === 'relu' ? `not_negative<${result}>(${x});` : `${byTable}<Layer>(${x}, ${table});`,
  );
}

function recurrentKernel({ cell, strategy, activation, recurrentActivation }: Variant): Kernel {
  const sum = strategy === 'latency' ? weightedSumLatency : weightedSumResource;
  const gated = applied(CELLS[cell], 'GATE', recurrentActivation);
  const step = applied(applied(gated, 'ACTIVATION', activation), 'SHOWN', activation);
  const reluGates = cell !== 'simple' && recurrentActivation === 'relu';
  const relus = `${activation === 'relu' ? '_relu' : ''}${reluGates ? '_relu_gates' : ''}`;
  const tables = [
    ...(activation === 'table' ? ['activation'] : []),
    ...(recurrentActivation === 'table' ? ['recurrent'] : []),
  ].map((name) => `,\n          const typename Layer::${name}_entry_t ${name}_table[Layer::${name}_entries]`);
  return wholeTensorKernel({
    name: `${cell}_${strategy}${relus}`,
    about: text`
      One step a row, first to last or last to first; two weighted sums of all gates, then for each unit
      ${ABOUT[cell]}.

      Sums and gates are assigned to the accumulator's type, state and memory to the output's.
    `,
    inputs: 1,
    needs: [gates, sum],
    parameters: text`
      ,
                const typename Layer::weight_t weights[Layer::features * Layer::gates * Layer::units],
                const typename Layer::recurrent_weight_t recurrent_weights[Layer::units * Layer::gates * Layer::units],
                const typename Layer::bias_t bias[Layer::gates * Layer::units],
                const typename Layer::recurrent_bias_t recurrent_bias[Layer::gates * Layer::units]${tables.join('')}
    `,
    body: text`
      typedef typename Layer::accumulator_t accumulator_t;
      const int units = Layer::units;
      //@ registers
      typename Layer::output_t state[Layer::units];
      ${cell === 'lstm' ? '//@ registers' : ''}
      ${cell === 'lstm' ? 'typename Layer::output_t memory[Layer::units];' : ''}
      //@ unroll
      for (int unit = 0; unit < units; unit++) {
        state[unit] = 0;
        ${cell === 'lstm' ? 'memory[unit] = 0;' : ''}
      }

      steps:
      for (int step = 0; step < Layer::steps; step++) {
        const int row = Layer::backward ? Layer::steps - 1 - step : step;
        //@ registers
        accumulator_t from_input[Layer::gates * Layer::units];
        //@ registers
        accumulator_t from_state[Layer::gates * Layer::units];
        ${sum.name}<sums_of_input<Layer>>(&x[row * Layer::features], weights, bias, from_input);
        ${sum.name}<sums_of_state<Layer>>(state, recurrent_weights, recurrent_bias, from_state);
        //@ unroll
        for (int unit = 0; unit < units; unit++) {
          ${step}
        }
        if (Layer::all_steps || step == Layer::steps - 1) {
          //@ unroll
          for (int unit = 0; unit < units; unit++) {
            out[(Layer::all_steps ? row * units : 0) + unit] = state[unit];
          }
        }
      }
    `,
  });
}

/** One kernel a variant, so that layers share headers. */
const kernels = new Map<string, Kernel>();

function kernelOf(variant: Variant): Kernel {
  const key = Object.values(variant).join();
  const known = kernels.get(key) ?? recurrentKernel(variant);
  kernels.set(key, known);
  return known;
}

export const recurrent: PlanLayer<'recurrent'> = (layer, context) => {
  const [steps, features] = context.input(0).shape;
  const units = context.output(0).shape.at(-1)!;
  const gateCount = GATES[layer.cell];
  const { strategy, reuseFactor } = context.choices;
  const sums = (terms: number, name: string) => {
    const { numbers, note } = sumPlan(strategy, reuseFactor, terms, gateCount * units);
    const { multipliers, inputs_per_cycle = terms, sums_per_cycle = gateCount * units } = numbers;
    return {
      note: note === undefined ? [] : [`${name}: ${note}`],
      numbers: {
        [`${name}_multipliers`]: multipliers,
        [`${name}_inputs_per_cycle`]: inputs_per_cycle,
        [`${name}_sums_per_cycle`]: sums_per_cycle,
      },
    };
  };
  const [ofInput, ofState] = [sums(features, 'input'), sums(units, 'state')];
  const notes = [...ofInput.note, ...ofState.note];
  const addressed = [layer.accumulator, ...(layer.cell === 'lstm' ? [context.output(0).type] : [])];
  const activation = tablePlan(layer, 'activation', 'activation', addressed, context);
  const gate = tablePlan(layer, 'recurrentActivation', 'recurrent', [layer.accumulator], context);
  const kernel = kernelOf({
    cell: layer.cell,
    strategy,
    activation: activation ? 'table' : 'relu',
    recurrentActivation: gate ? 'table' : 'relu',
  });
  const { type: weightType } = context.constant(layer.weights);
  return wholeTensorPlan(kernel, context, 1, {
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    numbers: {
      steps,
      features,
      units,
      gates: gateCount,
      backward: layer.backward ? 1 : 0,
      all_steps: layer.returnSequences ? 1 : 0,
      ...ofInput.numbers,
      ...ofState.numbers,
      ...activation?.numbers,
      ...gate?.numbers,
    },
    types: {
      weight: storage(weightType),
      recurrent_weight: storage(context.constant(layer.recurrentWeights).type),
      bias: storage(context.constant(layer.bias).type),
      recurrent_bias: storage(context.constant(layer.recurrentBias).type),
      accumulator: layer.accumulator,
      ...activation?.types,
      ...gate?.types,
    },
    values: {
      ...(layer.cell === 'gru' ? { one: { type: ufixed(1, 1), raw: 1n } } : {}),
      ...activation?.values,
      ...gate?.values,
    },
    constants: {
      weights: layer.weights,
      recurrent_weights: layer.recurrentWeights,
      bias: layer.bias,
      recurrent_bias: layer.recurrentBias,
      ...activation?.constants,
      ...gate?.constants,
    },
  });
};

/** What the struct says of an activation's table; undefined for a ReLU. @throws InputError `HLS005` */
function tablePlan(
  layer: Layer,
  field: 'activation' | 'recurrentActivation',
  name: string,
  addressed: readonly FixedFormat[],
  context: PlanContext,
) {
  const chosen = layer[field];
  if (!chosen || chosen.function === 'relu') return undefined;
  const { type, shape } = context.constant(chosen.table);
  const [entries] = shape;
  const scale = entries / (2 * chosen.range);
  // A power of two below 1 is exact in as many fraction bits; any other fraction is not a number of the address's type.
  const fraction = Math.max(0, Math.ceil(-Math.log2(scale)));
  if (!Number.isInteger(scale * 2 ** fraction)) {
    const what = `addresses a table of ${entries} entries over [-${chosen.range}, ${chosen.range}): their quotient is no binary fraction`;
    throw new InputError({ code: 'HLS005', layer: layer.name, field, what });
  }
  const raw = BigInt(scale * 2 ** fraction);
  const scaleBits = raw.toString(2).length;
  const integer = Math.max(...addressed.map(({ integerBits }) => integerBits), 0) + scaleBits - fraction;
  const width = Math.max(integer, 0) + bitsFor(entries) + 2;
  return {
    numbers: { [`${name}_entries`]: entries },
    types: { [`${name}_entry`]: storage(type), [`${name}_whole`]: fixed(width, width, 'TRN_ZERO') },
    values: { [`${name}_scale`]: { type: ufixed(scaleBits, scaleBits - fraction), raw } },
    constants: { [`${name}_table`]: chosen.table },
  };
}
