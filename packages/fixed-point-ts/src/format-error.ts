/** A fixed-point format, text or value that cannot be what was asked for; `code` is stable. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
