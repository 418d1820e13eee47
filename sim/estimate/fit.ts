/** Whether a design fits a part. */
import { capacityOf, type PartCapacity } from './parts.ts';

export interface Fit {
  readonly part: string;
  /** Undefined if the part is not in the table. */
  readonly capacity?: PartCapacity;
  /** Share of the part that the design takes by Vivado's post-synthesis counts. */
  readonly utilisation?: Readonly<Record<'lut' | 'ff' | 'dsp' | 'bram18k', number>>;
  /** `unsure` if the part lies within the interval of error, `unknown` if its capacity is not known. */
  readonly answer: 'yes' | 'no' | 'unsure' | 'unknown';
  readonly because: string;
}

/** Share of LUTs above which routing rarely closes, a rule of thumb of AMD's design methodology (UG949). */
const COMFORTABLE_LUT_SHARE = 0.8;

export function fitOf(
  part: string,
  used: { readonly lut: number; readonly ff: number; readonly dsp: number; readonly bram18k: number },
  [low, high]: readonly [number, number],
): Fit {
  const capacity = capacityOf(part);
  if (!capacity)
    return { part, answer: 'unknown', because: `the capacity of '${part}' is not in the table of parts` };
  const utilisation = {
    lut: used.lut / capacity.lut,
    ff: used.ff / capacity.ff,
    dsp: used.dsp / capacity.dsp,
    bram18k: used.bram18k / capacity.bram18k,
  };
  const over = (['ff', 'dsp', 'bram18k'] as const).filter((figure) => utilisation[figure] > 1);
  const answer = over.length > 0 || low > capacity.lut ? 'no' : high > capacity.lut ? 'unsure' : 'yes';
  const per = (share: number) => `${(100 * share).toFixed(0)} %`;
  const because =
    over.length > 0
      ? `it needs ${over.map((figure) => `${per(utilisation[figure])} of the ${figure}`).join(' and ')}`
      : `it needs ${per(utilisation.lut)} of the LUTs (${per(low / capacity.lut)} to ${per(high / capacity.lut)})` +
        (answer === 'yes' && utilisation.lut > COMFORTABLE_LUT_SHARE ? ', which is hard to route' : '');
  return { part, capacity, utilisation, answer, because };
}
