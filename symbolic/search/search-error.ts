/** Data or options the search cannot work with: what is wrong, where, and how to mend it. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  /** Column, option or file the problem is in. */
  readonly where: string;
  readonly mend: string;

  constructor(problem: string, where: string, mend: string) {
    super(`${problem}\n  at ${where}\n  mend: ${mend}`);
    this.where = where;
    this.mend = mend;
  }
}
