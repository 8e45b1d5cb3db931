import type { Origin } from '../model/record.ts';

/** A decoded record, as the business gets it. */
export interface BusinessMessage<T> {
  readonly body: T;
  /** Where the record first appeared: the key of "effects happen once". */
  readonly origin: Origin;
  /** SHA-256 of the value's exact bytes, hex: equal bytes are the same message sent again. */
  readonly valueSha256: string;
}

export interface AttemptContext {
  /** 1-based. */
  readonly attempt: number;
  /** How often this record's dead letter has been redriven; 0 = never. */
  readonly redriveCount: number;
  /** Aborts when the record's own time limit is over. */
  readonly signal: AbortSignal;
}

export type Decoded<T> =
  | { readonly ok: true; readonly body: T }
  /** `message` says which field is wrong, how, and what it should be. */
  | { readonly ok: false; readonly message: string };

/**
 * All that the service knows of the business. `handle` resolves when the effect is durable; it throws
 * NonRetriableError where no retry can heal the failure, anything else where one may.
 */
export interface Business<T> {
  /** The id that people know the record by, from its bytes; undefined where none can be read. Never throws. */
  readId(value: Uint8Array | null): string | undefined;
  /**
   * Gets what reading this value needs from elsewhere (a schema); called before anything else that takes it. Rejects with
   * AppError REGISTRY_UNAVAILABLE where that cannot be had now: no attempt is spent, and it is tried again.
   */
  prepare?(value: Uint8Array): Promise<void>;
  /** The value as text for people, where it is a text in another form; undefined where it is none, or speaks for itself. */
  textOf?(value: Uint8Array): string | undefined;
  /** Bytes to message. Never throws. */
  decode(value: Uint8Array): Decoded<T>;
  handle(message: BusinessMessage<T>, context: AttemptContext): Promise<void>;
}

/** What of the business it takes to show a record to people. */
export type RecordReading = Pick<Business<unknown>, 'readId' | 'prepare' | 'textOf'>;
