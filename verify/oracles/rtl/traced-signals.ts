/** The signals of every event, from what a traced top showed in each cycle. */
import type { TraceProbe } from '../../../rtl-templates/verilog/index.ts';
import type { TracedSignal } from '../oracle.ts';
import { probeType } from './hardware.ts';
import type { TraceLine } from './rtl-run.ts';

/**
 * A token in step s in cycle c belongs to the event that was accepted in cycle c - s - 1.
 * @param accepted  cycle in which each event was accepted
 */
export function tracedSignals(
  probes: readonly TraceProbe[],
  lines: readonly TraceLine[],
  accepted: readonly number[],
): TracedSignal[][] {
  const eventAt = new Map(accepted.map((cycle, event) => [cycle, event]));
  const bySteps = new Map<number, [probe: TraceProbe, beat: number][]>();
  for (const probe of probes) {
    for (let beat = 0; beat < probe.beats; beat++) {
      const step = probe.step + beat;
      bySteps.set(step, [...(bySteps.get(step) ?? []), [probe, beat]]);
    }
  }
  const events: TracedSignal[][] = accepted.map(() => []);
  for (const { cycle, token, data } of lines) {
    for (const [step, shown] of bySteps) {
      if (((token >> BigInt(step)) & 1n) === 0n) continue;
      const event = eventAt.get(cycle - step - 1);
      if (event === undefined) continue;
      for (const [probe, beat] of shown) {
        events[event].push(signalOf(probe, beat, cycle, elementsOf(probe, data)));
      }
    }
  }
  return events;
}

export function signalOf(
  probe: TraceProbe,
  beat: number,
  cycle: number,
  values: readonly bigint[],
): TracedSignal {
  const { layer, signal, beats, shape } = probe;
  const name = beats > 1 ? `${signal} beat ${beat}` : signal;
  return { layer, name, cycle, shape, type: probeType(probe), values };
}

function elementsOf({ low, elementBits, signed, shape }: TraceProbe, data: bigint): bigint[] {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const mine = BigInt.asUintN(size * elementBits, data >> BigInt(low));
  return Array.from({ length: size }, (_, index) => {
    const bits = mine >> BigInt(index * elementBits);
    return signed ? BigInt.asIntN(elementBits, bits) : BigInt.asUintN(elementBits, bits);
  });
}
