/** Co-simulation outside the harness: benchmarks and tests that hold Verilog against the cycle simulator. */
import type { HandshakeNoise } from '../../../sim/cycles/handshake.ts';
import { ownContext, type RtlDesign, type RtlEvent } from '../rtl/rtl-run.ts';
import { runVerilator } from './run.ts';

export type { RtlDesign as CosimulatedDesign, RtlEvent as CosimulatedEvent } from '../rtl/rtl-run.ts';
export { verilatorVersion } from './build.ts';

export interface CosimulationOptions {
  /** Folder of kept builds. */
  readonly cache: string;
  readonly signal?: AbortSignal;
  readonly buildSeconds?: number;
}

/**
 * Runs events through the design. @param inputs  one integer an input beat: all input bits
 * @throws OracleFailure if build or run fails
 */
export async function cosimulate(
  design: RtlDesign,
  inputs: readonly bigint[],
  noise: HandshakeNoise,
  { cache, ...limits }: CosimulationOptions,
): Promise<readonly RtlEvent[]> {
  const { events, failure } = await runVerilator({ design, inputs, noise }, ownContext(cache, limits));
  if (failure) throw failure;
  return events;
}
