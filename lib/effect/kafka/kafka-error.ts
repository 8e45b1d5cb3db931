import errors from 'kafkajs/src/protocol/error.js';
import { AppError } from '../../model/errors.ts';

/** A broker's refusal, by its code: https://kafka.apache.org/protocol#protocol_error_codes */
export class BrokerRefusal extends Error {
  override readonly name = 'BrokerRefusal';
  readonly code: number;
  /** False where waiting does not help, e.g. a missing permission. */
  readonly retriable: boolean;

  constructor(code: number, what: string) {
    const { type, message, retriable } = errors.createErrorFromCode(code);
    super(`${what}: ${type} (${code}): ${message}`);
    this.code = code;
    this.retriable = retriable;
  }
}

/** The brokers' error codes that we act on. */
export const CODE = {
  OFFSET_OUT_OF_RANGE: 1,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  MESSAGE_TOO_LARGE: 10,
  RECORD_LIST_TOO_LARGE: 18,
  GROUP_ID_NOT_FOUND: 69,
} as const;

/** @throws BrokerRefusal unless the code is 0 */
export function refuseFailure(code: number, what: string): void {
  if (code !== 0) throw new BrokerRefusal(code, what);
}

/** The innermost cause, in words: kafkajs wraps what happened in errors that say only that something did. */
export function causeText(error: unknown): string {
  let innermost = error;
  for (let depth = 0; depth < 10; depth++) {
    if (!(innermost instanceof Error) || innermost.cause === undefined) break;
    innermost = innermost.cause;
  }
  return innermost instanceof Error ? innermost.message : String(innermost);
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The brokers of a cluster could not be found out. The message names fault and remedy. */
export class BrokersUnknownError extends Error {
  override readonly name = 'BrokersUnknownError';
  /** False where waiting does not help, e.g. a missing permission. */
  readonly retriable: boolean;

  constructor(message: string, retriable: boolean) {
    super(message);
    this.retriable = retriable;
  }
}

/** @param what completes "Kafka at … did not", e.g. "tell the offsets of order-events" */
export function kafkaUnavailable(
  { name, variable }: { readonly name: string; readonly variable: string },
  what: string,
  cause: unknown,
): AppError {
  const remedy =
    cause instanceof BrokersUnknownError
      ? ''
      : `. Check that the brokers run, that they can be reached from here, and that ${variable} names them`;
  return new AppError(
    'KAFKA_UNAVAILABLE',
    `Kafka at ${name} did not ${what}: ${causeText(cause)}${remedy}`,
    { cause },
  );
}
