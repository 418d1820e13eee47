/** A Model's Network as the oracles that run hardware see it: Verilog, and what that must do, beat by beat. */
import { emitNetwork, type NetworkDesign, type VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import { networkTiming, prepareNetwork, simulateTiming } from '../../../sim/cycles/index.ts';
import type { Model } from '../../../sim/model/index.ts';
import { widthOf } from '../../../sim/pipeline/circuit/index.ts';
import { beatSize, channelOf, type Network } from '../../../sim/pipeline/network/index.ts';
import { circuitHardware, type Hardware, packElements } from './hardware.ts';
import { streamTrace } from './stream-trace.ts';

/**
 * A Network of one region is that region, with its probes; of a stream the beats of every channel and layer are seen.
 * @param alter  changes the Verilog: how faults are planted
 */
export function networkHardware(
  model: Model,
  network: Network,
  alter: <D extends VerilogDesign>(design: D) => D = (design) => design,
): Hardware {
  const [only] = network.units;
  if (network.units.length === 1 && only.kind === 'region' && only.schedule.circuit.inputBeats === 1)
    return circuitHardware(model, only.schedule, alter);
  const { beat, beatsPerEvent } = channelOf(network, network.input);
  const elements = beatSize(beat);
  const width = widthOf(beat[0].range);
  const timing = networkTiming(network);
  const designs = new Map<boolean, NetworkDesign>();
  const design = (trace: boolean): NetworkDesign => {
    const known = designs.get(trace) ?? alter(emitNetwork(network, timing, { tensors: model, trace }));
    designs.set(trace, known);
    return known;
  };
  const run = prepareNetwork(network);
  const clocks = (events: number, noise: Parameters<Hardware['probe']>[1]) =>
    simulateTiming(network, events, noise).events.map(({ accepted, firstOut }) => ({
      accepted,
      taken: firstOut,
    }));
  return {
    design,
    stream: streamTrace(network, () => design(true).points),
    pack: (input) =>
      Array.from({ length: beatsPerEvent }, (_, index) =>
        packElements(input.slice(index * elements, (index + 1) * elements), width),
      ),
    simulate: (inputs, noise) =>
      clocks(inputs.length, noise).map((clock, event) => ({
        ...clock,
        output: Array.from(run(Float64Array.from(inputs[event], Number)).get(network.output)!, BigInt),
      })),
    probe: (inputs, noise) => clocks(inputs.length, noise).map((clock) => ({ ...clock, beats: [] })),
  };
}
