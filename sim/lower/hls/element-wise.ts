/** ReLU, sigmoid and softmax: what makes one value of each value. */
import { elements, type Layer, type LayerOf } from '../../model/index.ts';
import { exactly, type Schedule } from '../../pipeline/index.ts';
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
  const { inputs, levels, extrapolated } = softmaxTree(site, layer);
  return {
    schedule: wholeEvent(site, 2 + levels, 1),
    derivation: `2 for the tables + ${levels} levels of trees over ${inputs} values`,
    extrapolated,
  };
};

function softmaxTree({ model }: Site, layer: LayerOf<'softmax'>) {
  const inputs = elements(model.tensors[layer.inputs[0]].shape);
  return {
    inputs,
    levels: Math.ceil(Math.log2(Math.max(2, inputs))),
    extrapolated: inputs < 5 || inputs > 10 ? [`softmax of ${inputs} values`] : [],
  };
}

/** Streams, Vivado HLS 2020.1: a trip of the loop a beat; a vector in a single beat needs no loop. */
export const lowerReluStream: LayerLowering<LayerOf<'relu'>> = (layer, site) =>
  beatByBeat(layer, site, 'ReLUActLoop', 1, []);

export const lowerSigmoidStream: LayerLowering<LayerOf<'sigmoid'>> = (layer, site) =>
  beatByBeat(
    layer,
    site,
    'SigmoidActLoop',
    3,
    site.beats(layer.inputs[0]) > 1 ? ['sigmoid of a stream'] : [],
  );

export const lowerSoftmaxStream: LayerLowering<LayerOf<'softmax'>> = (layer, site) => {
  const { inputs, levels, extrapolated } = softmaxTree(site, layer);
  const cycles = levels <= 3 ? 5 : 4 + levels;
  const beats = site.beats(layer.inputs[0]);
  return {
    schedule: beats === 1 ? wholeEvent(site, cycles) : gathered(site, beats, cycles),
    derivation: `${beats > 1 ? `${beats} beats + ` : ''}${cycles} for tables and ${levels} levels of trees over ${inputs} values`,
    extrapolated,
  };
};

/** Cycles of one trip of such a loop, whatever it computes. */
const TRIP_CYCLES = 3;

/** A trip of a loop a beat, or no loop for a single one. */
export function beatByBeat(
  { inputs, outputs }: Pick<Layer, 'inputs' | 'outputs'>,
  site: Site,
  name: string,
  cycles: number,
  extrapolated: readonly string[],
): Lowered {
  const [taken, given] = [site.beats(inputs[0]), site.beats(outputs[0])];
  if (taken === 1 && given === 1) {
    return { schedule: wholeEvent(site, cycles, 1), derivation: `${cycles}: one beat`, extrapolated };
  }
  if (taken !== given) {
    return {
      schedule: gathered(site, taken, cycles),
      derivation: `${taken} beats x II 1 + ${cycles}, given in one beat`,
      extrapolated: [...extrapolated, 'a stream gathered into a vector'],
    };
  }
  const iterationCycles = TRIP_CYCLES - 1 + cycles;
  return {
    schedule: {
      interval: null,
      steps: [
        {
          kind: 'pipelined-loop',
          name,
          trips: [exactly(taken)],
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
    derivation: `${taken} beats x II 1 + ${iterationCycles}`,
    extrapolated,
  };
}

/** Takes all beats, then gives one. */
function gathered(site: Site, beats: number, cycles: number): Schedule {
  return {
    interval: null,
    steps: [
      {
        kind: 'pipelined-loop',
        name: 'Gather',
        trips: [exactly(beats)],
        interval: 1,
        iterationCycles: 1,
        accesses: site.reads.map((channel) => ({ channel, direction: 'read', cycle: 0 })),
      },
      {
        kind: 'straight',
        cycles: exactly(cycles),
        accesses: site.writes.map((channel) => ({ channel, direction: 'write', cycle: cycles })),
      },
    ],
  };
}
