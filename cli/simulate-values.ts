/** The values that events carry through a design: of every channel, and what comes out. */
import type { ChannelValues, ElementFormat, NetworkValues } from '../sim/cycles/index.ts';
import type { Event } from '../sim/import/vectors/index.ts';
import type { Model } from '../sim/model/index.ts';
import type { Network } from '../sim/pipeline/network/index.ts';
import type { CycleDesign, HardwareDesign, HlsDesign } from './cycle-input.ts';
import { startProgress } from './progress.ts';

export interface SimulatedValues {
  readonly channels: ReadonlyMap<string, ChannelValues>;
  /** Raw integers of the outputs, event by event. */
  readonly outputs: readonly ArrayLike<number>[] | undefined;
  /** Of our hardware: every channel's, event by event. */
  readonly network: readonly NetworkValues[];
}

export function simulateValues(design: CycleDesign, events: readonly Event[]): Promise<SimulatedValues> {
  return design.kind === 'hls' ? hlsValues(design, events) : hardwareValues(design, events);
}

async function hardwareValues({ model, network }: HardwareDesign, events: readonly Event[]) {
  const { prepareNetwork, rawOf } = await import('../sim/cycles/index.ts');
  const run = prepareNetwork(network);
  const progress = startProgress('evaluating', events.length);
  const values = events.map(({ input }) => {
    progress.step();
    return run(Float64Array.from(input, Number));
  });
  progress.stop();
  const fractions = await fractionBitsOf(model, network);
  const { widthOf } = await import('../sim/pipeline/circuit/index.ts');
  const channels = network.channels.map(({ name, beat }): [string, ChannelValues] => [
    name,
    {
      elements: beat.flatMap(({ count, range }) =>
        new Array<ElementFormat>(count).fill({
          width: widthOf(range),
          fractionBits: fractions.get(name) ?? null,
        }),
      ),
      raw: rawOf(network, name, values),
    },
  ]);
  return {
    channels: new Map(channels),
    outputs: values.map((event) => event.get(network.output)!),
    network: values,
  };
}

/** The scale of a channel's integers: that of the tensor which the writing unit's last layer makes; units without arithmetic keep it. */
async function fractionBitsOf(model: Model, network: Network): Promise<Map<string, number>> {
  const { fracBits } = await import('fixed-point-ts');
  const scaleOf = (tensor: string) => fracBits(model.tensors[tensor].type);
  const scales = new Map([[network.input, scaleOf(model.inputs[0])]]);
  for (const unit of network.units) {
    const last = model.layers.find(({ name }) => name === unit.layers.at(-1));
    const scale =
      unit.kind === 'region'
        ? last && scaleOf(last.outputs[0])
        : unit.inputs.map((name) => scales.get(name))[0];
    if (scale !== undefined) for (const output of unit.outputs) scales.set(output, scale);
  }
  return scales;
}

/** The beats of a channel are its tensor's elements, row by row. */
async function hlsValues({ model, pipeline }: HlsDesign, events: readonly Event[]): Promise<SimulatedValues> {
  const { chooseEvaluator } = await import('./choose-evaluator.ts');
  const { fracBits } = await import('fixed-point-ts');
  const { evaluate } = chooseEvaluator(model, undefined);
  const progress = startProgress('evaluating', events.length);
  const values = events.map(({ input, furtherInputs }) => {
    progress.step();
    const inputs = { ...furtherInputs, [model.inputs[0]]: input };
    return { ...inputs, ...evaluate(inputs) };
  });
  progress.stop();
  const channels = pipeline.channels.flatMap(({ name, beat, beatsPerEvent }): [string, ChannelValues][] => {
    const tensor = name.split('@')[0];
    if (values.length === 0 || values[0][tensor] === undefined) return [];
    const { type } = model.tensors[tensor];
    const format = { width: type.width, fractionBits: fracBits(type) };
    const raw = (position: number, element: number) =>
      values[Math.floor(position / beatsPerEvent)][tensor][
        (position % beatsPerEvent) * beat.elements + element
      ];
    return [[name, { elements: new Array<ElementFormat>(beat.elements).fill(format), raw }]];
  });
  const outputs = values.map((event) => model.outputs.flatMap((name) => event[name].map(Number)));
  return { channels: new Map(channels), outputs, network: [] };
}
