/** Our Verilog in Verilator. */
import type { Oracle } from '../oracle.ts';
import { type HardwareOptions, rtlOracle } from '../rtl/rtl-oracle.ts';
import { buildVerilator, verilatorVersion } from './build.ts';
import { runVerilator } from './run.ts';

export function verilatorOracle(options: HardwareOptions, timekeeper: Oracle): Oracle {
  const simulator = {
    name: 'verilator',
    about: 'our Verilog, compiled by Verilator',
    availability: async () => {
      const version = await verilatorVersion();
      return version === undefined
        ? ({
            kind: 'missing',
            what: 'verilator was not found',
            mend: 'install it (Debian: apt-get install verilator)',
          } as const)
        : ({ kind: 'available', version } as const);
    },
    prepare: (...[hardware, context]: Parameters<NonNullable<Parameters<typeof rtlOracle>[0]['prepare']>>) =>
      buildVerilator(hardware.design(false), context),
    run: runVerilator,
  };
  return rtlOracle(simulator, options, timekeeper);
}
