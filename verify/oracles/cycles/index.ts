/** The cycle simulator as an oracle: the hardware's values from its Circuit, and the cycle of every handshake. */
import { OracleFailure } from '../oracle-failure.ts';
import type { Oracle } from '../oracle.ts';
import { type HardwareOptions, outputValues } from '../rtl/rtl-oracle.ts';
import { signalOf } from '../rtl/traced-signals.ts';

export function cyclesOracle({ build, noise }: HardwareOptions): Oracle {
  const name = 'cycles';
  return {
    name,
    about: 'the cycle simulator of our hardware: values and cycles together',
    canBisect: false,
    availability: () => Promise.resolve({ kind: 'available', version: 'built in' }),
    prepare: ({ model }, { signal }) => {
      const hardware = build(model);
      return Promise.resolve({
        tracesLayers: false,
        async *run(events) {
          await new Promise((resolve) => setImmediate(resolve));
          if (signal.aborted)
            throw new OracleFailure({ kind: 'cancelled', oracle: name, phase: 'run', what: 'was stopped' });
          const inputs = events.map(({ input }) => input);
          for (const { accepted, taken, output } of hardware.simulate(inputs, noise))
            yield { values: outputValues(model, output), clock: { accepted, taken } };
        },
        signals(events, wanted) {
          const inputs = events.map(({ input }) => input);
          if (hardware.stream) {
            const expected = hardware.stream.expected(inputs, wanted, noise);
            return Promise.resolve(inputs.map((_, index) => (index === wanted ? expected : [])));
          }
          const { probes } = hardware.design(true);
          const runs = hardware.probe(inputs, noise).map(({ accepted, beats }) =>
            probes
              .flatMap((probe, index) =>
                beats[index].map(({ values, operands }, beat) => ({
                  ...signalOf(probe, beat, accepted + 1 + probe.step + beat, values),
                  operands,
                })),
              )
              .sort((a, b) => a.cycle - b.cycle),
          );
          return Promise.resolve(runs);
        },
      });
    },
  };
}
