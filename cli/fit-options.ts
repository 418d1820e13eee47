/** The options of `pipewright fit` as commander hands them over; fit.ts says what each means. */
import type { ObjectiveKind } from '../symbolic/fit/objective.ts';

export interface FitCommandOptions {
  readonly out?: string;
  readonly compat?: 'symbolfit';
  readonly likelihood?: ObjectiveKind;
  readonly unmasked?: string;
  readonly function?: readonly string[];
  readonly start?: readonly string[];
  readonly operators: string;
  readonly maxComplexity?: string;
  readonly iterations: string;
  readonly time?: string;
  readonly seed: string;
  readonly workers?: string;
  readonly search?: string;
  readonly scaleX?: string;
  readonly scaleY: string;
  readonly maxStderr: string;
  readonly profile?: true;
  readonly plots: string;
  readonly logX?: true;
  readonly logY?: boolean;
  readonly resume?: true;
  readonly json?: true;
}
