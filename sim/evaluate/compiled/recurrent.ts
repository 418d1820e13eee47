import { castNumber, type FixedFormat, fracBits, numberCaster, planCast } from 'fixed-point-ts';
import type { LayerOf } from '../../model/index.ts';
import { accumulate, finish, planSum } from './dense-sum.ts';
import { aligned, type Buffers, magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

type Layer = LayerOf<'recurrent'>;

/** Both dense sums of a step, then the gates unit by unit. */
export const recurrent: MakeKernel<'recurrent'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const { accumulator } = layer;
  const [steps, features] = x.shape;
  const units = out.shape.at(-1)!;
  const frac = fracBits(accumulator);
  const stateFrac = fracBits(out.type);
  const input = planSum(layer, x.type, constant(layer.weights), constant(layer.bias), accumulator);
  const own = planSum(
    layer,
    out.type,
    constant(layer.recurrentWeights),
    constant(layer.recurrentBias),
    accumulator,
  );
  const largest = magnitude(accumulator);
  needNumberRange(layer, 'a sum', 2 * largest);
  if (layer.cell !== 'simple') {
    needNumberRange(layer, 'a product', largest * Math.max(largest, magnitude(out.type)));
  }
  // fresh parts have twice the accumulator's fraction, kept ones that of accumulator and state
  const { frac: mixedFrac, scaleA, scaleB } = aligned(2 * frac, frac + stateFrac);
  if (layer.cell !== 'simple')
    needNumberRange(
      layer,
      'a state',
      2 * largest * largest * scaleA + largest * magnitude(out.type) * scaleB,
    );
  const sumCast = planCast(frac, accumulator);
  const resetCast = planCast(2 * frac, accumulator);
  const mixedCast = planCast(mixedFrac, out.type);
  const shownCast = planCast(2 * frac, out.type);
  const recurrentGate = gate(layer, layer.recurrentActivation, accumulator, accumulator, constant);
  const candidateGate = gate(layer, layer.activation, accumulator, accumulator, constant);
  const shownGate = gate(layer, layer.activation, out.type, accumulator, constant);
  const stateGate = gate(layer, layer.activation, accumulator, out.type, constant);
  const one = 2 ** frac;
  const [state, cell] = [new Float64Array(units), new Float64Array(units)];
  const [a, b] = [new Float64Array(input.start.length), new Float64Array(own.start.length)];
  const both = (index: number) => castNumber(a[index] + b[index], sumCast);

  const lstm = (unit: number) => {
    const i = recurrentGate(both(unit));
    const f = recurrentGate(both(units + unit));
    const c = candidateGate(both(2 * units + unit));
    const o = recurrentGate(both(3 * units + unit));
    cell[unit] = castNumber(c * i * scaleA + cell[unit] * f * scaleB, mixedCast);
    state[unit] = castNumber(o * shownGate(cell[unit]), shownCast);
  };
  const gru = (unit: number) => {
    const z = recurrentGate(both(unit));
    const r = recurrentGate(both(units + unit));
    const reset = castNumber(r * b[2 * units + unit], resetCast);
    const candidate = candidateGate(castNumber(a[2 * units + unit] + reset, sumCast));
    state[unit] = castNumber(candidate * (one - z) * scaleA + state[unit] * z * scaleB, mixedCast);
  };
  const simple = (unit: number) => {
    state[unit] = stateGate(both(unit));
  };
  const update = { lstm, gru, simple }[layer.cell];

  return () => {
    state.fill(0);
    cell.fill(0);
    for (let step = 0; step < steps; step++) {
      const time = layer.backward ? steps - 1 - step : step;
      a.set(input.start);
      for (let i = 0; i < features; i++) accumulate(input, a, x.raw[time * features + i], i * a.length);
      b.set(own.start);
      for (let unit = 0; unit < units; unit++) accumulate(own, b, state[unit], unit * b.length);
      for (let index = 0; index < a.length; index++) {
        a[index] = finish(input, a[index]);
        b[index] = finish(own, b[index]);
      }
      for (let unit = 0; unit < units; unit++) update(unit);
      if (layer.returnSequences) out.raw.set(state, time * units);
    }
    if (!layer.returnSequences) out.raw.set(state);
  };
};

/** An activation as a function of raw integers of `type`, into `into`; a cell without gates never calls theirs. */
function gate(
  layer: Layer,
  activation: Layer['recurrentActivation'],
  type: FixedFormat,
  into: FixedFormat,
  constant: Buffers['constant'],
): (value: number) => number {
  if (!activation) return () => 0;
  if (activation.function === 'relu') {
    const cast = planCast(fracBits(type), into);
    return (value) => (value > 0 ? castNumber(value, cast) : 0);
  }
  const table = constant(activation.table);
  const entries = table.raw.map(numberCaster(fracBits(table.type), into));
  const perUnit = entries.length / (2 * activation.range);
  needNumberRange(layer, 'a table index', magnitude(type) * perUnit);
  const unit = perUnit * 2 ** Math.min(-fracBits(type), 1000);
  return (value) => {
    const index = Math.trunc(value * unit) + entries.length / 2;
    return entries[Math.min(Math.max(index, 0), entries.length - 1)];
  };
}
