import type { KafkaConnection } from './connection.ts';
import { BrokerRefusal, BrokersUnknownError, kafkaUnavailable } from './kafka-error.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Clock } from '../../ports/clock.ts';

export interface Question {
  readonly connection: KafkaConnection;
  readonly clock: Clock;
  /** Completes "Kafka at … did not". */
  readonly what: string;
  readonly deadlineMs: number;
}

/** A timer may go off so long before the clock says so. */
const TIMER_EARLY_MS = 2;

/**
 * Tries to get an answer, with pauses, until the deadline.
 * @throws AppError KAFKA_UNAVAILABLE at the deadline, or at a refusal that waiting does not heal
 */
export async function untilAnswered<T>(question: Question, ask: () => Promise<T>): Promise<T> {
  const { connection, clock, what, deadlineMs } = question;
  const over = new AbortController();
  const deadline = clock.sleep(Math.max(0, deadlineMs - clock.nowMs()), over.signal);
  let last: unknown = new Error('the time was over before the first try');
  const tries = async (): Promise<{ readonly answer: T } | undefined> => {
    for (let failures = 1; !over.signal.aborted && clock.nowMs() < deadlineMs; failures++) {
      try {
        return { answer: await ask() };
      } catch (error) {
        const isOver = isFinal(error);
        // What the deadline cut off says less than what went wrong before it.
        if (isOver || failures === 1 || clock.nowMs() < deadlineMs - TIMER_EARLY_MS) last = error;
        if (isOver) return undefined;
      }
      await clock.sleep(retryDelayMs(failures, Math.random()), over.signal);
    }
    return undefined;
  };
  const result = await Promise.race([tries(), deadline.then(() => undefined)]);
  over.abort();
  if (result === undefined) throw kafkaUnavailable(connection.cluster, what, last);
  return result.answer;
}

function isFinal(error: unknown): boolean {
  const tellsRetriable = error instanceof BrokerRefusal || error instanceof BrokersUnknownError;
  return tellsRetriable && !error.retriable;
}
