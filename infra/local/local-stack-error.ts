/** What keeps the local stack from starting and a person can put right; the message says how. */
export class LocalStackError extends Error {
  readonly code: 'PACKAGE_MISSING' | 'NOT_PACKAGED' | 'TEMPLATE_NOT_FOLLOWED';

  constructor(code: LocalStackError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LocalStackError';
    this.code = code;
  }
}
