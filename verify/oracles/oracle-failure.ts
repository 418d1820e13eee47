/** Why an oracle gave no result, or no further one. Never a pass, never a difference. */
export type FailureKind =
  /** The tool is not installed. */
  | 'missing'
  /** It cannot express this Model. */
  | 'refused'
  /** It ended with an error of its own. */
  | 'failed'
  /** A signal that nobody here sent ended it. */
  | 'crashed'
  | 'timed-out'
  /** It ran to its end, but what it wrote cannot be read. */
  | 'bad-output'
  /** The disk, or the space that was allowed, is full. */
  | 'no-space'
  /** The run was called off. */
  | 'cancelled';

export interface FailureReport {
  readonly kind: FailureKind;
  readonly oracle: string;
  readonly phase: 'build' | 'run' | 'read';
  readonly what: string;
  /** File with what the tool printed. */
  readonly log?: string;
  /** Last lines that the tool printed. */
  readonly tail?: string;
}

export class OracleFailure extends Error {
  override readonly name = 'OracleFailure';
  readonly report: FailureReport;

  constructor(report: FailureReport) {
    super(`${report.oracle}: ${report.phase} ${report.kind}: ${report.what}`);
    this.report = report;
  }
}
