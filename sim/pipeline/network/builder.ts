/**
 * Builds a Network unit by unit; every method returns the name of the channel that the unit writes.
 *
 * Depths are those that hold full rate unless told: a FIFO of 2 where a beat may move every cycle, of 1 where beats are
 * seldom, and behind a region one place for every event inside.
 */
import { resultQueueDepth, type Schedule, sizeOf } from '../circuit/index.ts';
import { windowGeometry } from './geometry.ts';
import {
  type BeatType,
  beatSize,
  type Image,
  type Network,
  type NetworkChannel,
  NetworkError,
  type Padding,
  type Unit,
  type Window,
} from './network.ts';
import { verifyNetwork } from './verify.ts';

/** What differs from unit to unit besides its kind. */
export interface UnitOptions {
  readonly layers?: readonly string[];
  /** Beats that the FIFO behind the unit holds. */
  readonly depth?: number;
}

export class NetworkBuilder {
  private readonly units: Unit[] = [];
  private readonly channels = new Map<string, NetworkChannel>();
  private inputName = '';
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  input(beat: BeatType, beatsPerEvent: number, name = 'input'): string {
    this.inputName = name;
    return this.add({ name, kind: 'wire', depth: 0, beat, beatsPerEvent, from: null });
  }

  /**
   * Each beat, or so many beats as the circuit's input comes in, through the circuit; the fields of a beat are its inputs
   * in order.
   */
  region(name: string, input: string, schedule: Schedule, options: UnitOptions = {}): string {
    const { beatsPerEvent } = this.channel(input);
    const beat = schedule.circuit.outputs.map(({ shape, node: { range } }) => ({
      count: sizeOf(shape),
      range,
    }));
    this.unit({ kind: 'region', ...this.place(name, [input], [name], options), schedule });
    const depth = options.depth ?? resultQueueDepth(schedule);
    const results = beatsPerEvent / schedule.circuit.inputBeats;
    return this.add({ name, kind: 'fifo', depth, beat, beatsPerEvent: results, from: name });
  }

  window(
    name: string,
    input: string,
    shape: Pick<Window, 'image' | 'window' | 'stride' | 'padding' | 'fill'>,
    { layers = [] }: Pick<UnitOptions, 'layers'> = {},
  ): string {
    const unit: Window = { kind: 'window', ...this.place(name, [input], [name], { layers }), ...shape };
    this.unit(unit);
    const { outRows, outColumns } = windowGeometry(unit);
    const beat = this.filled(input, shape.fill, shape.window[0] * shape.window[1]);
    return this.add({
      name,
      kind: 'register',
      depth: 1,
      beat,
      beatsPerEvent: outRows * outColumns,
      from: name,
    });
  }

  pad(
    name: string,
    input: string,
    shape: { image: Image; padding: Padding; fill: number },
    options: UnitOptions = {},
  ): string {
    this.unit({ kind: 'pad', ...this.place(name, [input], [name], options), ...shape });
    const { top, bottom, left, right } = shape.padding;
    const beatsPerEvent = (shape.image.height + top + bottom) * (shape.image.width + left + right);
    const beat = this.filled(input, shape.fill, 1);
    return this.add({ name, kind: 'fifo', depth: options.depth ?? 2, beat, beatsPerEvent, from: name });
  }

  gather(name: string, input: string, beats: number, options: UnitOptions = {}): string {
    const { beat, beatsPerEvent } = this.channel(input);
    this.unit({ kind: 'gather', ...this.place(name, [input], [name], options), beats });
    const wide =
      beat.length === 1
        ? [{ ...beat[0], count: beat[0].count * beats }]
        : Array.from({ length: beats }, () => beat).flat();
    const depth = options.depth ?? (beats > 1 ? 1 : 2);
    return this.add({
      name,
      kind: 'fifo',
      depth,
      beat: wide,
      beatsPerEvent: beatsPerEvent / beats,
      from: name,
    });
  }

  scatter(name: string, input: string, beats: number, options: UnitOptions = {}): string {
    const { beat, beatsPerEvent } = this.channel(input);
    this.unit({ kind: 'scatter', ...this.place(name, [input], [name], options), beats });
    const narrow = beat.map((field) => ({ ...field, count: field.count / beats }));
    return this.add({
      name,
      kind: 'fifo',
      depth: options.depth ?? 2,
      beat: narrow,
      beatsPerEvent: beatsPerEvent * beats,
      from: name,
    });
  }

  /** One channel for every depth. */
  fork(name: string, input: string, depths: readonly number[], layers: readonly string[] = []): string[] {
    const { beat, beatsPerEvent } = this.channel(input);
    const outputs = depths.map((_, index) => `${name}_${index}`);
    this.unit({ kind: 'fork', ...this.place(name, [input], outputs, { layers }) });
    return outputs.map((output, index) =>
      this.add({ name: output, kind: 'fifo', depth: depths[index], beat, beatsPerEvent, from: name }),
    );
  }

  join(name: string, inputs: readonly string[], options: UnitOptions = {}): string {
    const beat = inputs.flatMap((input) => this.channel(input).beat);
    const { beatsPerEvent } = this.channel(inputs[0]);
    this.unit({ kind: 'join', ...this.place(name, inputs, [name], options) });
    return this.add({ name, kind: 'fifo', depth: options.depth ?? 2, beat, beatsPerEvent, from: name });
  }

  /** @throws NetworkError if the Network breaks a rule */
  finish(output: string): Network {
    const { name, units, inputName } = this;
    const network = { name, units, channels: [...this.channels.values()], input: inputName, output };
    verifyNetwork(network);
    return network;
  }

  channel(name: string): NetworkChannel {
    const found = this.channels.get(name);
    if (!found) throw new NetworkError(`${this.name} has no channel '${name}'`);
    return found;
  }

  private place(
    name: string,
    inputs: readonly string[],
    outputs: readonly string[],
    { layers = [] }: UnitOptions,
  ) {
    return { name, layers, inputs, outputs };
  }

  private unit(unit: Unit): void {
    if (this.units.some(({ name }) => name === unit.name))
      throw new NetworkError(`${this.name} has two units '${unit.name}'`);
    for (const input of unit.inputs) {
      const channel = this.channel(input);
      if (channel.to !== null) throw new NetworkError(`'${channel.to}' and '${unit.name}' read '${input}'`);
      this.channels.set(input, { ...channel, to: unit.name });
    }
    this.units.push(unit);
  }

  private add(channel: Omit<NetworkChannel, 'to'>): string {
    if (this.channels.has(channel.name))
      throw new NetworkError(`${this.name} has two channels '${channel.name}'`);
    this.channels.set(channel.name, { ...channel, to: null });
    return channel.name;
  }

  /** The beat of so many pixels of the channel, or of `fill` in their place. */
  private filled(input: string, fill: number, pixels: number): BeatType {
    const { beat } = this.channel(input);
    const lo = Math.min(fill, ...beat.map(({ range }) => range.lo));
    const hi = Math.max(fill, ...beat.map(({ range }) => range.hi));
    return [{ count: beatSize(beat) * pixels, range: { lo, hi } }];
  }
}
