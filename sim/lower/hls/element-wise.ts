/** ReLU, sigmoid and softmax: what reads a vector and gives a vector. */
import { elements, type LayerOf } from '../../model/index.ts';
import { exactly } from '../../pipeline/index.ts';
import type { LayerLowering, Lowered, Site } from './profile.ts';
import { wholeEvent } from './whole-event.ts';

/** hls4ml relu on whole vectors: combinational. */
export const lowerRelu: LayerLowering<LayerOf<'relu'>> = (_layer, site) => ({
  schedule: wholeEvent(site, 0, 1),
  derivation: 'combinational: 0 cycles, a new event every cycle',
});

/** A table look-up: address in one cycle, memory in the next. */
export const lowerSigmoid: LayerLowering<LayerOf<'sigmoid'>> = (_layer, site) => ({
  schedule: wholeEvent(site, 2, 1),
  derivation: '1 for the table address + 1 for the table',
});

/** hls4ml softmax, implementation stable: maximum tree, two tables, sum tree, product. */
export const lowerSoftmax: LayerLowering<LayerOf<'softmax'>> = (layer, site) => {
  const { inputs, levels } = softmaxTree(site, layer);
  return {
    schedule: wholeEvent(site, 2 + levels, 1),
    derivation: `2 for the tables + ${levels} levels of trees over ${inputs} values`,
    extrapolated: inputs < 5 || inputs > 10 ? [`softmax of ${inputs} values`] : [],
  };
};

function softmaxTree({ model }: Site, layer: LayerOf<'softmax'>): { inputs: number; levels: number } {
  const inputs = elements(model.tensors[layer.inputs[0]].shape);
  return { inputs, levels: Math.ceil(Math.log2(Math.max(2, inputs))) };
}

/** Streams, Vivado HLS 2020.1: one beat a trip; a vector in a single beat needs no loop. */
export const lowerReluStream: LayerLowering<LayerOf<'relu'>> = (layer, site) => {
  const { shape } = site.model.tensors[layer.inputs[0]];
  const beats = shape.length === 1 ? 1 : elements(shape.slice(0, -1));
  if (beats === 1) return oneBeat(site, 1, '1: one beat');
  const iterationCycles = 3;
  return {
    schedule: {
      interval: null,
      steps: [
        {
          kind: 'pipelined-loop',
          name: 'ReLUActLoop',
          trips: [exactly(beats)],
          interval: 1,
          iterationCycles,
          accesses: [
            ...site.reads.map((channel) => ({ channel, direction: 'read', cycle: 0 }) as const),
            ...site.writes.map(
              (channel) => ({ channel, direction: 'write', cycle: iterationCycles - 1 }) as const,
            ),
          ],
        },
        { kind: 'straight', cycles: exactly(1), accesses: [] },
      ],
    },
    derivation: `${beats} beats x II 1 + ${iterationCycles}`,
  };
};

export const lowerSigmoidStream: LayerLowering<LayerOf<'sigmoid'>> = (_layer, site) =>
  oneBeat(site, 3, '3: one beat, address, table');

export const lowerSoftmaxStream: LayerLowering<LayerOf<'softmax'>> = (layer, site) => {
  const { inputs, levels } = softmaxTree(site, layer);
  const cycles = levels <= 3 ? 5 : 4 + levels;
  return {
    schedule: wholeEvent(site, cycles),
    derivation: `${cycles} for tables and ${levels} levels of trees over ${inputs} values`,
    extrapolated: inputs < 5 || inputs > 10 ? [`softmax of ${inputs} values`] : [],
  };
};

function oneBeat(site: Site, cycles: number, derivation: string): Lowered {
  return { schedule: wholeEvent(site, cycles, 1), derivation };
}
