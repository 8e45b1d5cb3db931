import { toError } from './kafka-error.ts';
import type { PublishOptions, PublishOutcome } from '../../ports/record-publisher.ts';

/** What is known of the requests of one `publish`, and whether anything may still be sent. */
export interface PublishJournal {
  /** True from the deadline on: nothing more is sent, and no outcome changes. */
  isOver(): boolean;
  acknowledged(request: number, partition: number, offset: number): void;
  tooLarge(request: number, error: Error): void;
  /** These requests could not be handed on this time. */
  failed(requests: readonly number[], thrown: unknown): void;
  /** Ends it; one outcome for each request. What has none and has not failed is told as failed now. */
  close(): PublishOutcome[];
}

/** @param count of the requests */
export function createPublishJournal(
  count: number,
  options: PublishOptions,
  nowMs: () => number,
): PublishJournal {
  const outcomes = new Map<number, PublishOutcome>();
  const failures = new Map<number, Error>();
  let closed = false;

  const settle = (request: number, outcome: PublishOutcome): void => {
    if (!closed) outcomes.set(request, outcome);
  };
  const tell = (listener: () => void): void => {
    try {
      listener();
    } catch {
      // A listener's fault is no reason to lose the records.
    }
  };

  /** Whoever was never tried could not be handed on either, and nobody has been told. */
  const untried = (request: number): Error => {
    const error = new Error('the deadline came before any answer');
    tell(() => options.onFirstFailure?.(request, error));
    return error;
  };

  return {
    // The clock decides too: in a process that was frozen, timers come late.
    isOver: () => closed || nowMs() >= options.deadlineMs,
    acknowledged(request, partition, offset) {
      settle(request, { kind: 'acknowledged', partition, offset });
      tell(() => options.onAcknowledged?.(request));
    },
    tooLarge: (request, error) => settle(request, { kind: 'too-large', error }),
    failed(requests, thrown) {
      if (closed) return;
      const error = toError(thrown);
      for (const request of requests) {
        if (!failures.has(request)) tell(() => options.onFirstFailure?.(request, error));
        failures.set(request, error);
      }
    },
    close() {
      closed = true;
      return Array.from({ length: count }, (_, request) => {
        const outcome = outcomes.get(request);
        if (outcome !== undefined) return outcome;
        const error = failures.get(request) ?? untried(request);
        return { kind: 'unknown', error };
      });
    },
  };
}
