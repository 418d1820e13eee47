/** Checks every rule of a Network. */
import { sizeOf, widthOf } from '../circuit/index.ts';
import { canMask } from './geometry.ts';
import { channelOf, type Network, type NetworkChannel, NetworkError, type Unit } from './network.ts';

/** @throws NetworkError naming the unit or channel */
export function verifyNetwork(network: Network): void {
  const written = new Set([network.input]);
  for (const unit of network.units) {
    for (const input of unit.inputs) {
      if (!written.has(input))
        throw new NetworkError(`'${unit.name}' reads '${input}' before a unit writes it`);
      if (channelOf(network, input).to !== unit.name)
        throw new NetworkError(`'${input}' has a reader besides '${unit.name}'`);
    }
    for (const output of unit.outputs) {
      if (channelOf(network, output).from !== unit.name)
        throw new NetworkError(`'${output}' has a writer besides '${unit.name}'`);
      written.add(output);
    }
    verifyUnit(network, unit);
  }
  for (const channel of network.channels) verifyChannel(network, channel);
}

function verifyChannel(network: Network, channel: NetworkChannel): void {
  const { name, kind, depth, beat, beatsPerEvent, to } = channel;
  const fail = (what: string): never => {
    throw new NetworkError(`channel '${name}' ${what}`);
  };
  if (!Number.isInteger(beatsPerEvent) || beatsPerEvent < 1) fail(`has ${beatsPerEvent} beats an event`);
  if (beat.length === 0 || beat.some(({ count }) => !Number.isInteger(count) || count < 1))
    fail('carries nothing');
  if ((kind === 'wire') !== (name === network.input)) fail('is a wire; only the input of the design may be');
  if (kind === 'fifo' && (!Number.isInteger(depth) || depth < 1)) fail(`holds ${depth} beats`);
  if (to === null && name !== network.output) fail('has no reader');
  if (to !== null && name === network.output) fail(`is the output and is read by '${to}'`);
  if (name === network.output && kind !== 'fifo') fail('is the output; put a FIFO there');
}

function verifyUnit(network: Network, unit: Unit): void {
  const inputs = unit.inputs.map((name) => channelOf(network, name));
  const outputs = unit.outputs.map((name) => channelOf(network, name));
  const fail = (what: string): never => {
    throw new NetworkError(`${unit.kind} '${unit.name}' ${what}`);
  };
  switch (unit.kind) {
    case 'region': {
      const nodes = unit.schedule.circuit.inputs;
      const beat = inputs[0].beat;
      const fits = nodes.every(({ shape, range }, index) => {
        const field = beat[index];
        const sameSign = field !== undefined && field.range.lo < 0 === range.lo < 0;
        return sameSign && field.count === sizeOf(shape) && widthOf(field.range) === widthOf(range);
      });
      if (!fits || nodes.length !== beat.length) fail('takes other fields than its beats have');
      if (nodes.length > 1 && unit.schedule.circuit.inputBeats > 1) fail('streams more than one field');
      return;
    }
    case 'window':
      if (inputs[0].beat.length !== 1) fail('takes pixels of one field');
      if (!canMask(unit)) fail('is padded beyond what masks can do');
      if (inputs[0].beatsPerEvent !== unit.image.height * unit.image.width)
        fail('has another image than its beats');
      return;
    case 'pad':
      if (inputs[0].beat.length !== 1) fail('takes pixels of one field');
      if (inputs[0].beatsPerEvent !== unit.image.height * unit.image.width)
        fail('has another image than its beats');
      return;
    case 'gather':
      if (inputs[0].beatsPerEvent % unit.beats !== 0) fail('gathers beats of different events');
      return;
    case 'scatter':
      if (inputs[0].beat.length !== 1) fail('takes beats of one field');
      return;
    case 'fork':
      if (outputs.length < 1) fail('has no output');
      return;
    case 'join':
      if (inputs.some(({ beatsPerEvent }) => beatsPerEvent !== inputs[0].beatsPerEvent))
        fail('joins channels of different beats an event');
      return;
    default:
      return unit satisfies never;
  }
}
