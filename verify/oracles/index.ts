/** All oracles by name. */
import { InputError } from '../../sim/model/index.ts';
import { cyclesOracle } from './cycles/index.ts';
import { csimOracle, type CsimOptions } from './csim/index.ts';
import { evaluatorOracles } from './evaluator/index.ts';
import { icarusOracle } from './icarus/index.ts';
import type { Oracle } from './oracle.ts';
import { recordedOracle } from './recorded/index.ts';
import type { HardwareOptions } from './rtl/rtl-oracle.ts';
import { verilatorOracle } from './verilator/index.ts';
import { vitisOracle } from './vitis/index.ts';

export { actualOracle } from './actual/index.ts';
export { csimOracle, type CsimOptions } from './csim/index.ts';
export { evaluatorOracles } from './evaluator/index.ts';
export { firmwareOracle } from './firmware/index.ts';
export type {
  Availability,
  Depth,
  EventClock,
  Oracle,
  OracleContext,
  OracleResult,
  PreparedOracle,
  Subject,
  TracedSignal,
} from './oracle.ts';
export { type FailureKind, type FailureReport, OracleFailure } from './oracle-failure.ts';
export { BuildCache, type BuildCacheOptions } from './process/build-cache.ts';
export { recordedOracle } from './recorded/index.ts';
export { circuitHardware, type Hardware } from './rtl/hardware.ts';
export { networkHardware } from './rtl/network-hardware.ts';
export type { HardwareOptions } from './rtl/rtl-oracle.ts';
export { vitisOracle } from './vitis/index.ts';

/** Where the headers of the vendors' number types are. */
export interface HeaderFolders {
  readonly apTypes: CsimOptions['headers'];
  readonly acTypes: CsimOptions['headers'];
}

/** The cycle simulator of our hardware, and the simulators that run its Verilog. */
export function hardwareOracles(options: HardwareOptions): readonly Oracle[] {
  const cycles = cyclesOracle(options);
  return [cycles, verilatorOracle(options, cycles), icarusOracle(options, cycles)];
}

/** Every oracle that a Model and a tool on PATH are enough for; others are added by whoever has them. */
export function knownOracles(
  { apTypes, acTypes }: HeaderFolders,
  hardware?: HardwareOptions,
): readonly Oracle[] {
  return [
    recordedOracle,
    ...evaluatorOracles,
    csimOracle({ target: 'vitis', headers: apTypes }),
    csimOracle({ target: 'catapult', headers: acTypes }),
    csimOracle({ target: 'oneapi', headers: acTypes }),
    ...(hardware ? hardwareOracles(hardware) : []),
    vitisOracle('vitis-csim'),
    vitisOracle('vitis-cosim'),
  ];
}

/** @throws InputError `VER002` */
export function oracleNamed(name: string, oracles: readonly Oracle[]): Oracle {
  const found = oracles.find((oracle) => oracle.name === name);
  if (found) return found;
  throw new InputError({
    code: 'VER002',
    field: '--against',
    what: `there is no oracle '${name}'`,
    mend: `use ${oracles.map((oracle) => oracle.name).join(', ')}`,
  });
}
