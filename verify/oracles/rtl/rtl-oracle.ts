/** An oracle that runs our Verilog in some simulator: values, and cycles that must be those of the cycle simulator. */
import { reinterpret } from 'fixed-point-ts';
import type { HandshakeNoise } from '../../../sim/cycles/index.ts';
import type { Event } from '../../../sim/import/vectors/index.ts';
import { elements, type Model } from '../../../sim/model/index.ts';
import type { Availability, Oracle, OracleContext, OracleResult } from '../oracle.ts';
import type { Hardware } from './hardware.ts';
import type { RtlRequest, RtlRun, TraceWindow } from './rtl-run.ts';
import { shownSignals } from './stream-trace.ts';
import { tracedSignals } from './traced-signals.ts';

/** How the oracles of hardware come to it, and how hard they press it. */
export interface HardwareOptions {
  /** @throws InputError if the Model has no hardware */
  readonly build: (model: Model) => Hardware;
  /** Random gaps in the input and stalls at the output. */
  readonly noise: HandshakeNoise;
}

export interface RtlSimulator {
  readonly name: string;
  readonly about: string;
  readonly availability: () => Promise<Availability>;
  /** Builds whatever a run needs beforehand. @throws OracleFailure */
  readonly prepare?: (hardware: Hardware, context: OracleContext) => Promise<unknown>;
  readonly run: (request: RtlRequest, context: OracleContext) => Promise<RtlRun>;
}

export function rtlOracle(
  { name, about, availability, prepare, run }: RtlSimulator,
  { build, noise }: HardwareOptions,
  timekeeper: Oracle,
): Oracle {
  return {
    name,
    about,
    canBisect: false,
    timekeeper,
    availability,
    async prepare({ model }, context) {
      const hardware = build(model);
      await prepare?.(hardware, context);
      const simulate = (events: readonly Event[], trace: boolean | TraceWindow) => {
        const inputs = events.flatMap(({ input }) => hardware.pack(input));
        return run({ design: hardware.design(trace !== false), inputs, noise, trace }, context);
      };
      return {
        tracesLayers: false,
        async *run(events) {
          const { events: left, failure } = await simulate(events, false);
          for (const { accepted, taken, output } of left) {
            const values = outputValues(model, output);
            yield { values, clock: { accepted, taken } } satisfies OracleResult;
          }
          if (failure) throw failure;
        },
        async signals(events, wanted) {
          const { stream } = hardware;
          if (stream) {
            const seen = await simulate(events, stream.window(events.length, wanted, noise));
            const shown = shownSignals(stream.points, seen, wanted);
            return events.map((_, index) => (index === wanted ? shown : []));
          }
          const { events: left, trace } = await simulate(events, true);
          const { probes } = hardware.design(true);
          return tracedSignals(
            probes,
            trace,
            left.map(({ accepted }) => accepted),
          );
        },
      };
    },
  };
}

/** Patterns or integers of the outputs, one after the other, as raw integers of the Model's tensors. */
export function outputValues(model: Model, output: readonly bigint[]): Record<string, bigint[]> {
  let at = 0;
  return Object.fromEntries(
    model.outputs.map((name) => {
      const { shape, type } = model.tensors[name];
      const size = elements(shape);
      const raws = output
        .slice(at, at + size)
        .map((bits) => reinterpret(BigInt.asUintN(type.width, bits), type));
      at += size;
      return [name, raws];
    }),
  );
}
