/**
 * The one error that bad input leads to: what is wrong, where, and how to mend it.
 *
 * `code` is stable; the fields are the same in the printed text, in JSON and in annotations. Front ends print it
 * without a stack trace and exit with code 2.
 */
export interface InputProblem {
  /** Stable code, three letters and three digits: `MOD` Model, `IMP` import, `VEC` vectors, `CLI` command line. */
  readonly code: string;
  /** What is wrong, in one sentence. */
  readonly what: string;
  readonly file?: string;
  readonly layer?: string;
  readonly field?: string;
  /** How to mend it, in one sentence. */
  readonly mend?: string;
}

export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problem: InputProblem;

  constructor(problem: InputProblem) {
    super(describeProblem(problem));
    this.problem = problem;
  }
}

/** The printed form: one headline, then where, then the mend. */
export function describeProblem({ code, what, file, layer, field, mend }: InputProblem): string {
  const place = [file, layer === undefined ? undefined : `layer '${layer}'`, field].filter(
    (part) => part !== undefined,
  );
  return [
    `error ${code}: ${what}`,
    ...(place.length > 0 ? [`  at ${place.join(' › ')}`] : []),
    ...(mend === undefined ? [] : [`  mend: ${mend}`]),
  ].join('\n');
}

/** Runs `action`; an InputError from it that names no file gets `file`. */
export function inFile<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError && error.problem.file === undefined) {
      throw new InputError({ ...error.problem, file });
    }
    throw error;
  }
}
