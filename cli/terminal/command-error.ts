/**
 * An error that a person can correct; the message is a sentence that says how. The code `USAGE` means that
 * the call was wrong.
 */
export class CommandError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.code = code;
  }
}
