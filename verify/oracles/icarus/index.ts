/** Our Verilog in Icarus Verilog: four-valued, so that an unknown bit shows. */
import type { Oracle } from '../oracle.ts';
import { type HardwareOptions, rtlOracle } from '../rtl/rtl-oracle.ts';
import { icarusVersion, runIcarus } from './run-icarus.ts';

export function icarusOracle(options: HardwareOptions, timekeeper: Oracle): Oracle {
  const simulator = {
    name: 'icarus',
    about: 'our Verilog, interpreted by Icarus Verilog',
    availability: async () => {
      const version = await icarusVersion();
      return version === undefined
        ? ({
            kind: 'missing',
            what: 'iverilog was not found',
            mend: 'install it (Debian: apt-get install iverilog)',
          } as const)
        : ({ kind: 'available', version } as const);
    },
    run: runIcarus,
  };
  return rtlOracle(simulator, options, timekeeper);
}
