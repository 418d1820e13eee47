/**
 * Where a traced Network can be looked into: every channel as its reader takes a beat, and inside a region every value
 * that one layer hands to another.
 *
 * Bit `bit` of `trace_token` is high in each cycle in which the point shows a beat in its part of `trace_data`. Beats keep
 * their order and none is lost, so the n-th time that the bit is high is beat n mod `perEvent` of event n / `perEvent`:
 * of a channel by its handshake, in a region because it is rigid and token[s] is raised once for every event of it.
 */
import { isSigned, type Schedule, widthOf } from '../../sim/pipeline/circuit/index.ts';
import { channelOf, type Network, type Unit } from '../../sim/pipeline/network/index.ts';
import { type TraceProbe, traceBits } from './trace.ts';

export interface TracePoint {
  /** The layer that makes the value, or the unit, if it belongs to none. */
  readonly layer: string;
  readonly signal: string;
  readonly bit: number;
  /** Lowest bit in `trace_data`; elements follow one another. */
  readonly low: number;
  /** Elements of a beat, field by field. */
  readonly fields: readonly TraceField[];
  /** Beats of an event. */
  readonly perEvent: number;
  readonly source:
    | { readonly kind: 'channel'; readonly channel: string }
    | { readonly kind: 'probe'; readonly unit: string; readonly probe: TraceProbe; readonly beat: number };
}

export interface TraceField {
  readonly shape: readonly number[];
  readonly elementBits: number;
  readonly signed: boolean;
}

/** What the top shows of one unit, in the order in which its parts stand in `trace_token` and `trace_data`. */
export interface UnitTrace {
  readonly unit: Unit;
  readonly points: readonly TracePoint[];
  /** Bits that the region inside shows; 0 for other units. */
  readonly tokenBits: number;
  readonly dataBits: number;
}

/** A region's probes by unit name, as its own design shows them. */
export type RegionProbes = ReadonlyMap<
  string,
  { readonly probes: readonly TraceProbe[]; readonly tokenBits: number }
>;

/** Points in an order in which a value comes after all that it is made from. */
export function unitTraces(network: Network, regions: RegionProbes): UnitTrace[] {
  let [bit, low] = [0, 0];
  return network.units.map((unit) => {
    const region = regions.get(unit.name);
    const points: TracePoint[] = [];
    const [tokenBits, dataBits] = [region?.tokenBits ?? 0, traceBits(region?.probes ?? [])];
    if (region && unit.kind === 'region') points.push(...probePoints(network, unit, region.probes, bit, low));
    bit += tokenBits;
    low += dataBits;
    for (const name of unit.outputs) {
      const { beat, beatsPerEvent } = channelOf(network, name);
      points.push({
        layer: unit.layers.at(-1) ?? unit.name,
        signal: name,
        bit,
        low,
        fields: beat.map(({ count, range }) => ({
          shape: [count],
          elementBits: widthOf(range),
          signed: isSigned(range),
        })),
        perEvent: beatsPerEvent,
        source: { kind: 'channel', channel: name },
      });
      bit += 1;
      low += beat.reduce((bits, { count, range }) => bits + count * widthOf(range), 0);
    }
    return { unit, points, tokenBits, dataBits };
  });
}

function probePoints(
  network: Network,
  unit: Unit & { readonly schedule: Schedule },
  probes: readonly TraceProbe[],
  bit: number,
  low: number,
): TracePoint[] {
  const perEvent = channelOf(network, unit.outputs[0]).beatsPerEvent;
  return probes.flatMap((probe) =>
    Array.from({ length: probe.beats }, (_, beat): TracePoint => {
      const { layer, signal, shape, elementBits, signed, beats } = probe;
      return {
        layer,
        signal: `${unit.name}.${signal}${beats > 1 ? ` of step ${probe.step + beat}` : ''}`,
        bit: bit + probe.step + beat,
        low: low + probe.low,
        fields: [{ shape, elementBits, signed }],
        perEvent,
        source: { kind: 'probe', unit: unit.name, probe, beat },
      };
    }),
  );
}
