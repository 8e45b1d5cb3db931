import type { RetryPolicy } from '../lib/model/retry.ts';
import { delayOfRetryTopic } from './topics.ts';

/** What a person is told before anything starts or is sent. */
export interface Refusal {
  readonly message: string;
  readonly remedy: string;
}

/**
 * What to say about retry topics that nobody would read; the local start and the deployment say the same. Pure, total.
 * @param policy what is named now
 * @param place again: what to do once the variable is set; brokers: as kafka-topics.sh takes them
 */
export function forgottenRefusal(
  forgotten: readonly string[],
  policy: RetryPolicy,
  place: { readonly again: 'start' | 'deploy'; readonly brokers: string },
): Refusal {
  const delaysMs = forgotten.map(delayOfRetryTopic).filter((delayMs) => delayMs !== undefined);
  const nameless = forgotten.filter((topic) => delayOfRetryTopic(topic) === undefined);
  const several = forgotten.length > 1;
  const remedies: string[] = [];
  if (delaysMs.length > 0) {
    const policyDelays = new Set(policy.tierAfterAttempt.map(({ delayMs }) => delayMs));
    const drained = policy.tiers
      .map(({ delayMs }) => delayMs)
      .filter((ms) => !policyDelays.has(ms));
    remedies.push(
      `Set DLQ_DRAIN_DELAYS_MS=${[...drained, ...delaysMs].join(',')} and ${place.again} again: what waits there is retried, until messagesInRetry of /api/dlq/info is 0.`,
    );
  }
  if (nameless.length > 0) {
    remedies.push(`No delay gives the name ${nameless.join(', ')}: read by hand what is in there.`);
  }
  remedies.push(
    `Once drained, delete ${several ? 'them' : 'it'}: kafka-topics.sh --bootstrap-server ${place.brokers} --delete --topic ${forgotten.join(',')}`,
  );
  return {
    message: `${several ? 'Retry topics exist' : 'A retry topic exists'} that neither the retry policy nor DLQ_DRAIN_DELAYS_MS names, so nobody would read what is in there: ${forgotten.join(', ')}.`,
    remedy: remedies.join(' '),
  };
}
