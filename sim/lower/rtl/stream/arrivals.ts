/**
 * When beats move through a Network at full rate: a beat enters in every cycle, and nothing ever waits for room.
 *
 * Each unit gives its beats as soon as what they are made from can be read. With a(i) the cycle from which beat i of an
 * event can be read from the unit's input, its own beats can be read
 * - behind a fork, a join or a gathering a cycle after the last beat that they are made from;
 * - behind a region `latencyCycles` after the beat was accepted, which is `interval` after the one before at the earliest;
 * - of a window, whose scan of pixel p in row r follows the one before and needs pixel p + need(r) (geometry.ts), three cycles
 *   after that pixel: one to write the line memory, two from the scan to what is shown. So padding and height of the
 *   window become its lag: `below` rows and `right` pixels.
 *
 * Events follow each other by as many cycles as the slowest unit takes for one.
 */
import {
  channelOf,
  type Network,
  type Pad,
  type Region,
  type Unit,
  type Window,
  windowGeometry,
} from '../../../pipeline/network/index.ts';

export interface Arrivals {
  /** Cycles between events. */
  readonly period: number;
  /** By channel: from which cycle each beat of the first event can be read. */
  readonly readable: ReadonlyMap<string, Float64Array>;
}

export function arrivalsOf(network: Network): Arrivals {
  const { beatsPerEvent } = channelOf(network, network.input);
  const readable = new Map([[network.input, Float64Array.from({ length: beatsPerEvent }, (_, i) => i)]]);
  for (const unit of network.units) {
    const inputs = unit.inputs.map((name) => readable.get(name)!);
    for (const name of unit.outputs) {
      const made = Float64Array.from(unitArrivals(unit, inputs));
      if (made.length !== channelOf(network, name).beatsPerEvent)
        throw new RangeError(`'${name}' has ${made.length} arrivals`);
      readable.set(name, made);
    }
  }
  const beats = network.channels.map((channel) => channel.beatsPerEvent);
  const starts = network.units.map((unit) =>
    unit.kind === 'region' ? channelOf(network, unit.name).beatsPerEvent * unit.schedule.circuit.interval : 1,
  );
  return { period: [...beats, ...starts].reduce((a, b) => Math.max(a, b)), readable };
}

function unitArrivals(unit: Unit, inputs: readonly Float64Array[]): Iterable<number> {
  const [input] = inputs;
  switch (unit.kind) {
    case 'region':
      return regionArrivals(unit, input);
    case 'window':
      return windowArrivals(unit, input);
    case 'pad':
      return padArrivals(unit, input);
    case 'gather':
      return input.filter((_, index) => (index + 1) % unit.beats === 0).map((cycle) => cycle + 1);
    case 'scatter':
      return inTurn(input.length * unit.beats, (index) => input[Math.floor(index / unit.beats)]);
    case 'fork':
      return input.map((cycle) => cycle + 1);
    case 'join':
      return input.map((_, index) => Math.max(...inputs.map((each) => each[index])) + 1);
    default:
      return unit satisfies never;
  }
}

/** One beat a cycle, none before `from`; readable in the next cycle. */
function* inTurn(count: number, from: (index: number) => number): Iterable<number> {
  let last = -Infinity;
  for (let index = 0; index < count; index++) {
    last = Math.max(last + 1, from(index));
    yield last + 1;
  }
}

function* regionArrivals({ schedule: { circuit, latencyCycles } }: Region, input: Float64Array) {
  let last = -Infinity;
  for (let at = circuit.inputBeats - 1; at < input.length; at += circuit.inputBeats) {
    last = Math.max(last + circuit.interval, input[at]);
    yield last + latencyCycles;
  }
}

/** The scan as events follow each other: its first columns are those behind the last ones of the event before. */
function* windowArrivals(unit: Window, input: Float64Array) {
  const { image, stride } = unit;
  const { outRows, outColumns, right, drains, need, overlapNeed } = windowGeometry(unit);
  const pixels = image.height * image.width;
  const steps = pixels + (drains ? right : 0);
  let last = -Infinity;
  for (let step = 0; step < steps; step++) {
    const wanted = step === 0 && drains ? overlapNeed : step + need(Math.floor(step / image.width));
    last = Math.max(last + 1, step < pixels ? input[Math.min(wanted, pixels - 1)] + 1 : 0);
    if (step < right) continue;
    const [row, column] = [Math.floor((step - right) / image.width), (step - right) % image.width];
    const kept = row % stride[0] === 0 && column % stride[1] === 0;
    if (kept && row / stride[0] < outRows && column / stride[1] < outColumns) yield last + 2;
  }
}

/** Zeros wait for the pixel that follows them; those behind the last one for nothing. */
function padArrivals({ image, padding }: Pad, input: Float64Array): Iterable<number> {
  const width = image.width + padding.left + padding.right;
  return inTurn((image.height + padding.top + padding.bottom) * width, (at) => {
    const [row, column] = [Math.floor(at / width) - padding.top, (at % width) - padding.left];
    if (row < 0) return input[0];
    const next = row * image.width + Math.min(Math.max(column, 0), image.width);
    return next < input.length ? input[next] : 0;
  });
}
