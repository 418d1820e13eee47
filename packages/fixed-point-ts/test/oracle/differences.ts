/** Counts comparisons, and keeps the first difference of each kind, told in full. */
export class Differences {
  compared = 0;
  different = 0;
  /** Results not compared because the oracle is known to be wrong about them. */
  skipped = 0;
  private readonly examples = new Map<string, string>();

  /** `kind` names what is compared (formats and operator), `operands` with which values. */
  check<T extends bigint | string>(ours: T, theirs: T, kind: () => string, operands: () => string): void {
    this.compared++;
    if (ours === theirs) return;
    this.different++;
    if (this.examples.size < 200 && !this.examples.has(kind())) {
      this.examples.set(kind(), `${kind()} of ${operands()}: ours ${ours}, theirs ${theirs}`);
    }
  }

  skip(): void {
    this.skipped++;
  }

  /** One example of each kind of difference; empty when all was equal. */
  found(): readonly string[] {
    return [...this.examples.values()];
  }
}
