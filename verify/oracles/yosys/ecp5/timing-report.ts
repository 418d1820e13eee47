/** What `nextpnr-ecp5 --report` says of a routed block. */
import { z } from 'zod';

const reportSchema = z.object({
  fmax: z.record(z.string(), z.object({ achieved: z.number().positive() })),
  utilization: z.record(z.string(), z.object({ used: z.int().min(0) })),
  critical_paths: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      path: z.array(
        z.object({ delay: z.number(), type: z.enum(['clk-to-q', 'source', 'routing', 'logic', 'setup']) }),
      ),
    }),
  ),
});

export interface RoutedTiming {
  readonly fmaxMhz: number;
  /** Of the longest path from register to register: cells in a row that nets of the fabric lead to. */
  readonly levels: number;
  /** Of the same path: clock to output and setup included. */
  readonly logicNs: number;
  readonly routingNs: number;
  /** Four-input tables, those of carry chains included. */
  readonly lut4: number;
  /** Registers at the ends included. */
  readonly ff: number;
  readonly dsp: number;
  /** Memories of 18 Kb. */
  readonly bram: number;
}

/**
 * A level is a cell whose input is reached over a net with a delay: what a carry chain or a wide multiplexer is made of
 * are joined without one, and count once.
 * @throws ZodError if the text is no report; Error if it has not one clock
 */
export function readTimingReport(json: string): RoutedTiming {
  const { fmax, utilization, critical_paths: paths } = reportSchema.parse(JSON.parse(json));
  const [clock, ...others] = Object.keys(fmax);
  const path = paths.find(({ from, to }) => from === `posedge ${clock}` && to === from)?.path;
  if (clock === undefined || others.length > 0 || !path)
    throw new Error('the report has not one clock with a path from register to register');
  const sum = (type: string) =>
    path.reduce((total, step) => total + (step.type === type ? step.delay : 0), 0);
  const routingNs = sum('routing');
  const all = path.reduce((total, { delay }) => total + delay, 0);
  const used = (type: string) => utilization[type]?.used ?? 0;
  return {
    fmaxMhz: rounded(fmax[clock].achieved, 2),
    levels: path.filter(
      ({ type }, index) =>
        type === 'logic' && path[index - 1].type === 'routing' && path[index - 1].delay > 0,
    ).length,
    logicNs: rounded(all - routingNs, 3),
    routingNs: rounded(routingNs, 3),
    lut4: used('TRELLIS_COMB'),
    ff: used('TRELLIS_FF'),
    dsp: used('MULT18X18D'),
    bram: used('DP16KD'),
  };
}

/** The report gives 32-bit floats. */
function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
