/** Every code that an error answer or a start-up failure can carry; cause and remedy of each: docs/contracts.md. */
export const ERROR_CODES = [
  'CONFIG_INVALID',
  'EVENT_NOT_MSK',
  'RECORDS_UNSETTLED',
  'REQUEST_INVALID',
  'BODY_NOT_JSON',
  'BODY_TOO_LARGE',
  'CURSOR_INVALID',
  'ORDER_NOT_FOUND',
  'DEAD_LETTER_NOT_FOUND',
  'JOB_NOT_FOUND',
  'JOB_NOT_CANCELLABLE',
  'SELECTION_TOO_LARGE',
  'ROUTE_NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'PUBLISH_NOT_ACKNOWLEDGED',
  'KAFKA_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'REGISTRY_UNAVAILABLE',
  'TIMED_OUT',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error that a person will read: the message names the fault and the remedy. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether a schema registry did not answer as it should: not the fault of any record. */
export function isRegistryUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'REGISTRY_UNAVAILABLE';
}

/**
 * Thrown by business code for a failure that no retry can heal: the record is dead-lettered at once.
 * Any other throw is retriable.
 */
export class NonRetriableError extends Error {
  override readonly name: string = 'NonRetriableError';
}

/** A record was over its own time limit (PROCESSING_TIMEOUT_MS): a retriable failure. */
export class ProcessingTimeoutError extends Error {
  override readonly name = 'ProcessingTimeoutError';

  constructor(limitMs: number) {
    super(`Processing took longer than PROCESSING_TIMEOUT_MS (${limitMs} ms)`);
    // A timer makes it: none of its frames says what took so long.
    delete this.stack;
  }
}

/** A store refuses this very item for good (too large, say): no waiting heals that. */
export class ItemRefusedError extends Error {
  override readonly name = 'ItemRefusedError';
}
