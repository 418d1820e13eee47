/** The text form of a Network: for goldens and for reading. */
import { isSigned, widthOf } from '../circuit/index.ts';
import { type BeatType, channelOf, type Network, type Unit } from './network.ts';

/** One line a unit, one line a channel it writes: `conv1: fifo 12, 3969 x u8[3]`. */
export function printNetwork(network: Network): string {
  const lines = [`network ${network.name}`];
  const channel = (name: string) => {
    const { kind, depth, beat, beatsPerEvent } = channelOf(network, name);
    return `  -> ${name}: ${kind}${kind === 'fifo' ? ` ${depth}` : ''}, ${beatsPerEvent} x ${beatText(beat)}`;
  };
  lines.push(channel(network.input));
  for (const unit of network.units) {
    const layers = unit.layers.length > 0 ? ` (${unit.layers.join(', ')})` : '';
    lines.push(
      `${unit.name} = ${unitText(unit)} ${unit.inputs.join(' ')}${layers}`,
      ...unit.outputs.map(channel),
    );
  }
  lines.push(`output ${network.output}`);
  return `${lines.join('\n')}\n`;
}

export function beatText(beat: BeatType): string {
  return beat
    .map(({ count, range }) => `${isSigned(range) ? 's' : 'u'}${widthOf(range)}[${count}]`)
    .join(' ');
}

function unitText(unit: Unit): string {
  switch (unit.kind) {
    case 'region': {
      const { circuit, latencyCycles } = unit.schedule;
      return `region interval ${circuit.interval} latency ${latencyCycles}`;
    }
    case 'window': {
      const { image, window, stride, fill } = unit;
      return `window ${window.join('x')} stride ${stride.join('x')} of ${image.height}x${image.width} padded ${paddingText(unit.padding)} with ${fill}`;
    }
    case 'pad':
      return `pad ${unit.image.height}x${unit.image.width} by ${paddingText(unit.padding)} with ${unit.fill}`;
    case 'gather':
    case 'scatter':
      return `${unit.kind} ${unit.beats}`;
    case 'fork':
    case 'join':
      return unit.kind;
    default:
      return unit satisfies never;
  }
}

function paddingText({
  top,
  bottom,
  left,
  right,
}: {
  top: number;
  bottom: number;
  left: number;
  right: number;
}) {
  return [top, bottom, left, right].join(',');
}
