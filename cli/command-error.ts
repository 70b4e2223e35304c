/** Trouble that a person can put right; the message is the sentence that says how. With the code `USAGE` the command was called wrongly. */
export class CommandError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.code = code;
  }
}
