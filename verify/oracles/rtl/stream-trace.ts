/** The signals of one event of a stream, by the cycle simulator and from what the Verilog showed. */
import { int, uint } from 'fixed-point-ts';
import type { TracePoint } from '../../../rtl-templates/verilog/index.ts';
import { prepareCircuit, prepareNetwork, simulateTiming } from '../../../sim/cycles/index.ts';
import { sizeOf } from '../../../sim/pipeline/circuit/index.ts';
import { beatSize, channelOf, type Network, type Region } from '../../../sim/pipeline/network/index.ts';
import type { TracedSignal } from '../oracle.ts';
import { operandsOf, type StreamTrace } from './hardware.ts';
import type { RtlRun } from './rtl-run.ts';

/** A region takes a beat in cycle c and is in step s of it in cycle c + 1 + s. */
const FIRST_STEP = 1;

export function streamTrace(network: Network, points: () => readonly TracePoint[]): StreamTrace {
  const run = prepareNetwork(network);
  return {
    get points() {
      return points();
    },
    window: (events, wanted, noise) => {
      const record = simulateTiming(network, events, noise);
      const { accepted, lastOut } = record.events[wanted];
      // Hardware at fault may be late.
      return { from: accepted, to: lastOut + 2 * (lastOut - accepted) + 100 };
    },
    expected: (inputs, wanted, noise) => {
      const { channels } = simulateTiming(network, inputs.length, noise);
      const read = new Map(channels.map((channel) => [channel.name, channel.read]));
      const values = run(Float64Array.from(inputs[wanted], Number));
      const signals = points().flatMap((point) =>
        point.source.kind === 'channel'
          ? channelSignals(point, wanted, read.get(point.source.channel)!, values.get(point.source.channel)!)
          : probeSignals(network, point, point.source, wanted, read, values),
      );
      return signals.sort((a, b) => a.cycle - b.cycle);
    },
  };
}

function channelSignals(
  point: TracePoint,
  event: number,
  read: ArrayLike<number>,
  values: Float64Array,
): TracedSignal[] {
  const size = values.length / point.perEvent;
  return Array.from({ length: point.perEvent }, (_, beat) => {
    const elements = Array.from(values.subarray(beat * size, (beat + 1) * size), BigInt);
    return signalsOf(point, beat, read[event * point.perEvent + beat], elements);
  }).flat();
}

function probeSignals(
  network: Network,
  point: TracePoint,
  { unit, probe, beat }: Extract<TracePoint['source'], { kind: 'probe' }>,
  event: number,
  read: ReadonlyMap<string, ArrayLike<number>>,
  values: ReadonlyMap<string, Float64Array>,
): TracedSignal[] {
  const region = network.units.find((each): each is Region => each.kind === 'region' && each.name === unit)!;
  const { circuit } = region.schedule;
  const [input] = region.inputs;
  const fields = channelOf(network, input).beat;
  const size = beatSize(fields) * circuit.inputBeats;
  const circuitRun = prepareCircuit(circuit);
  const node = circuit.nodes[probe.node];
  const runOf = (n: number) => {
    const all = values.get(input)!.subarray(n * size, (n + 1) * size);
    let from = 0;
    return circuitRun(
      circuit.inputBeats > 1 ? [all] : fields.map(({ count }) => all.subarray(from, (from += count))),
    );
  };
  return Array.from({ length: point.perEvent }, (_, n) => {
    const last = (event * point.perEvent + n + 1) * circuit.inputBeats - 1;
    const cycle = read.get(input)![last] + FIRST_STEP + probe.step + beat;
    const lanes = sizeOf(node.shape);
    const elements = Array.from(runOf(n)[node.id].subarray(beat * lanes, (beat + 1) * lanes), BigInt);
    return signalsOf(point, n, cycle, elements).map((signal) => ({
      ...signal,
      operands: (element: number) => operandsOf(node, runOf(n), beat, element),
    }));
  }).flat();
}

/** The signals of an event in a trace: the n-th time that a point shows a beat, it is the n-th beat of the run. */
export function shownSignals(
  points: readonly TracePoint[],
  { trace, countsBefore }: Pick<RtlRun, 'trace' | 'countsBefore'>,
  event: number,
): TracedSignal[] {
  const counts = [...countsBefore];
  const shown: TracedSignal[] = [];
  for (const { cycle, token, data } of trace) {
    const raised = token.toString(2);
    const seen = new Set<number>();
    for (const point of points) {
      if (raised[raised.length - 1 - point.bit] !== '1') continue;
      const count = (counts[point.bit] ??= 0);
      seen.add(point.bit);
      if (Math.floor(count / point.perEvent) !== event) continue;
      shown.push(...signalsOf(point, count % point.perEvent, cycle, elementsOf(point, data)));
    }
    for (const bit of seen) counts[bit] += 1;
  }
  return shown;
}

/** A signal for every field of a beat. */
function signalsOf(
  { layer, signal, fields, perEvent }: TracePoint,
  beat: number,
  cycle: number,
  elements: readonly bigint[],
): TracedSignal[] {
  let from = 0;
  return fields.map(({ shape, elementBits, signed }, index) => {
    const values = elements.slice(from, (from += sizeOf(shape)));
    const field = fields.length > 1 ? ` field ${index}` : '';
    const name = `${signal}${field}${perEvent > 1 ? ` beat ${beat}` : ''}`;
    return { layer, name, cycle, shape, type: signed ? int(elementBits) : uint(elementBits), values };
  });
}

function elementsOf({ fields, low }: TracePoint, data: bigint): bigint[] {
  let at = BigInt(low);
  return fields.flatMap(({ shape, elementBits, signed }) =>
    Array.from({ length: sizeOf(shape) }, () => {
      const bits = BigInt.asUintN(elementBits, data >> at);
      at += BigInt(elementBits);
      return signed ? BigInt.asIntN(elementBits, bits) : bits;
    }),
  );
}
