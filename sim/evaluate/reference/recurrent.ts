import type { FixedFormat } from 'fixed-point-ts';
import type { LayerOf } from '../../model/index.ts';
import { denseSum } from './dense.ts';
import { add, assign, assigned, exact, type Exact, multiply, subtract } from './exact.ts';
import type { Kernel, KernelInputs } from './kernel.ts';
import { sigmoid } from './sigmoid.ts';

type Layer = LayerOf<'recurrent'>;
const ONE: Exact = { raw: 1n, frac: 0 };

/** hls4ml 1.3.0 `lstm_static`, `gru_static`, `simple_rnn`: one step after the other, the state in the output's type. */
export const recurrent: Kernel<'recurrent'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const [steps, features] = x.shape as [number, number];
  const { type: stateType, shape } = outputs[0];
  const units = shape.at(-1)!;
  const accumulator = layer.accumulator;
  const dense = (values: readonly bigint[], type: FixedFormat, weights: string, bias: string) =>
    denseSum(values, type, constant(weights), constant(bias), accumulator, accumulator);
  const value = (raw: bigint) => exact(raw, accumulator);
  const sum = (a: bigint, b: bigint) => assign(add(value(a), value(b)), accumulator);
  const gate = (
    which: 'activation' | 'recurrentActivation',
    raws: readonly bigint[],
    type = accumulator,
    into = accumulator,
  ) => activate(layer[which]!, raws, type, into, constant);

  let state: readonly bigint[] = Array.from({ length: units }, () => 0n);
  let cell = state;
  const states: (readonly bigint[])[] = [];
  for (let step = 0; step < steps; step++) {
    const time = layer.backward ? steps - 1 - step : step;
    const fromInput = dense(
      x.raw.slice(time * features, (time + 1) * features),
      x.type,
      layer.weights,
      layer.bias,
    );
    const fromState = dense(state, stateType, layer.recurrentWeights, layer.recurrentBias);
    const part = (raws: readonly bigint[], index: number) => raws.slice(index * units, (index + 1) * units);
    const both = (index: number) =>
      part(fromInput, index).map((raw, unit) => sum(raw, fromState[index * units + unit]));
    if (layer.cell === 'simple') {
      state = gate('activation', both(0), accumulator, stateType);
    } else if (layer.cell === 'lstm') {
      const [i, f, o] = [0, 1, 3].map((index) => gate('recurrentActivation', both(index)));
      const c = gate('activation', both(2));
      cell = cell.map((raw, unit) => {
        const kept = multiply(exact(raw, stateType), value(f[unit]));
        return assign(add(multiply(value(c[unit]), value(i[unit])), kept), stateType);
      });
      const shown = gate('activation', cell, stateType);
      state = shown.map((raw, unit) => assign(multiply(value(o[unit]), value(raw)), stateType));
    } else {
      const [z, r] = [0, 1].map((index) => gate('recurrentActivation', both(index)));
      const candidate = gate(
        'activation',
        part(fromInput, 2).map((raw, unit) => {
          const reset = assigned(multiply(value(r[unit]), value(fromState[2 * units + unit])), accumulator);
          return assign(add(value(raw), reset), accumulator);
        }),
      );
      state = state.map((raw, unit) => {
        const update = value(z[unit]);
        const fresh = multiply(value(candidate[unit]), subtract(ONE, update));
        return assign(add(fresh, multiply(exact(raw, stateType), update)), stateType);
      });
    }
    states[time] = state;
  }
  return [layer.returnSequences ? states.flat() : state];
};

/** An activation, from `type` into `into`. */
function activate(
  activation: Layer['activation'],
  raws: readonly bigint[],
  type: FixedFormat,
  into: FixedFormat,
  constant: KernelInputs['constant'],
): readonly bigint[] {
  if (activation.function === 'relu') {
    return raws.map((raw) => assign(exact(raw > 0n ? raw : 0n, type), into));
  }
  const shape = [raws.length];
  const { table, range } = activation;
  const layer = {
    name: '',
    dialect: 'hls4ml-1.3.0',
    kind: 'sigmoid',
    inputs: [''],
    outputs: [''],
    table,
    range,
  } as const;
  return sigmoid(layer, {
    inputs: [{ shape, type, raw: raws }],
    outputs: [{ shape, type: into }],
    constant,
  })[0];
}
