import { classify } from '../decide/classify.ts';
import { foundError } from '../decide/error-detail.ts';
import { sha256Hex } from '../decide/hash.ts';
import type { Delivery } from '../model/delivery.ts';
import { ProcessingTimeoutError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import type { Business } from '../ports/business.ts';
import type { Clock } from '../ports/clock.ts';

/** What the error of a record is called that nobody can read, by its reason. */
const FAULTS = {
  undecodable: 'UndecodableError',
  'corrupt-retry-state': 'CorruptRetryStateError',
} as const;

export interface AttemptDeps {
  readonly business: Business<unknown>;
  readonly clock: Clock;
  readonly processingTimeoutMs: number;
}

/** Runs one attempt. Never rejects: undefined where it succeeded, the failure as a value where not. */
export async function attemptRecord(
  delivery: Delivery,
  deps: AttemptDeps,
): Promise<Failure | undefined> {
  const { record, state, corruptState } = delivery;
  if (corruptState !== undefined) return unreadable('corrupt-retry-state', corruptState);
  if (record.value === null)
    return unreadable('undecodable', 'The record has no value, so it is no order');
  const decoded = deps.business.decode(record.value);
  if (!decoded.ok) return unreadable('undecodable', decoded.message);
  const message = {
    body: decoded.body,
    origin: state.origin,
    valueSha256: sha256Hex(record.value),
  };
  const limit = new AbortController();
  const context = {
    attempt: state.attempt,
    redriveCount: state.redrive?.count ?? 0,
    signal: limit.signal,
  };
  try {
    // The wrapper turns a synchronous throw into a rejection like any other.
    await withTimeLimit((async () => deps.business.handle(message, context))(), limit, deps);
    return undefined;
  } catch (thrown) {
    return classify(thrown);
  }
}

/** Rejects when the limit is over first; how the work ends later is nobody's business then, and no unhandled rejection. */
function withTimeLimit(
  work: Promise<void>,
  limit: AbortController,
  { clock, processingTimeoutMs }: AttemptDeps,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(processingTimeoutMs, () => {
      const error = new ProcessingTimeoutError(processingTimeoutMs);
      limit.abort(error);
      reject(error);
    });
    work.then(resolve, reject).finally(callOff);
  });
}

/** No retry heals what cannot be read. */
function unreadable(reason: keyof typeof FAULTS, message: string): Failure {
  return { retriable: false, reason, error: foundError({ type: FAULTS[reason], message }) };
}
