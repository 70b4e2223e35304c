import { CommandError } from '../../cli/terminal/command-error.ts';

/** An error that keeps the local stack from starting and that a person can correct; the message says how. */
export class LocalStackError extends CommandError {
  constructor(
    code: 'PACKAGE_MISSING' | 'NOT_PACKAGED' | 'TEMPLATE_NOT_FOLLOWED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.name = 'LocalStackError';
  }
}
