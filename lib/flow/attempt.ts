import { classify } from '../decide/classify.ts';
import { sha256Hex } from '../decide/hash.ts';
import type { Delivery } from '../model/delivery.ts';
import { ProcessingTimeoutError, UndecodableError } from '../model/errors.ts';
import type { Failure, Reason } from '../model/failure.ts';
import type { Business } from '../ports/business.ts';
import type { Clock } from '../ports/clock.ts';

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
  if (corruptState !== undefined) return failed('corrupt-retry-state', corruptState);
  if (record.value === null)
    return failed('undecodable', 'The record has no value, so it is no order');
  const decoded = deps.business.decode(record.value);
  if (!decoded.ok) return failed('undecodable', decoded.message);
  const message = {
    body: decoded.body,
    origin: state.origin,
    valueSha256: sha256Hex(record.value),
  };
  const abort = new AbortController();
  const context = {
    attempt: state.attempt,
    redriveCount: state.redrive?.count ?? 0,
    signal: abort.signal,
  };
  try {
    // The wrapper turns a synchronous throw into a rejection like any other.
    await withTimeLimit((async () => deps.business.handle(message, context))(), abort, deps);
    return undefined;
  } catch (thrown) {
    return classify(thrown);
  }
}

/** An abort without a reason makes an error with a stack, each time; nobody reads this one. */
const NO_REASON = 'no longer needed';

/** Rejects when the limit is over first; what the work does later is nobody's business then. */
async function withTimeLimit(
  work: Promise<void>,
  abort: AbortController,
  { clock, processingTimeoutMs }: AttemptDeps,
): Promise<void> {
  const timer = new AbortController();
  const limit = clock.sleep(processingTimeoutMs, timer.signal).then(() => {
    if (timer.signal.aborted) return;
    const error = new ProcessingTimeoutError(processingTimeoutMs);
    abort.abort(error);
    throw error;
  });
  // The loser of the race may reject later: without a handler that would end the whole process.
  work.catch(() => undefined);
  try {
    await Promise.race([work, limit]);
  } finally {
    timer.abort(NO_REASON);
  }
}

class CorruptRetryStateError extends Error {
  override readonly name = 'CorruptRetryStateError';
}

function failed(reason: Reason, message: string): Failure {
  const error =
    reason === 'undecodable' ? new UndecodableError(message) : new CorruptRetryStateError(message);
  return { ...classify(error), retriable: false, reason };
}
