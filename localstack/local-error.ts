/**
 * Something on this machine that a person can put right: the message names the cause, `remedy` says what to do (empty where
 * the message does). It is shown without a stack trace.
 */
export class LocalError extends Error {
  override readonly name = 'LocalError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** What to print for anything thrown. */
export function describeError(error: unknown): string {
  if (error instanceof LocalError) {
    return error.remedy === '' ? error.message : `${error.message}\n  → ${error.remedy}`;
  }
  if (error instanceof Error && 'code' in error && error.name === 'AppError') return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
