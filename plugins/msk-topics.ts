import { KafkaClient, ListTopicsCommand, type KafkaClientConfig } from '@aws-sdk/client-kafka';

/** What AWS says of a cluster's topics, or why it does not. */
export type TopicsAnswer = { readonly topics: readonly string[] } | { readonly unknown: string };

/** Pages of 100 and more; a cluster that has so many topics has other problems. */
const PAGES_MAX = 1_000;

/** Not asked, not allowed, not offered: for good. MSK Serverless and Kafka before 3.6 have no such operation. */
const FOR_GOOD = [400, 401, 403, 404, 405, 501];

/**
 * All topics of a cluster, as of about a minute ago.
 * https://docs.aws.amazon.com/msk/latest/developerguide/msk-topic-operations-information.html
 * @returns unknown: why AWS does not tell, where asking again would not help
 * @throws the SDK's error where it might
 */
export async function listTopics(
  clusterArn: string,
  config: KafkaClientConfig,
): Promise<TopicsAnswer> {
  const client = new KafkaClient({ ...config, region: clusterArn.split(':')[3] ?? '' });
  const topics: string[] = [];
  let token: string | undefined;
  try {
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await client.send(
        new ListTopicsCommand({ ClusterArn: clusterArn, ...(token && { NextToken: token }) }),
      );
      topics.push(...(answer.Topics ?? []).flatMap(({ TopicName }) => TopicName ?? []));
      token = answer.NextToken;
      if (!token) return { topics };
    }
    return { unknown: `more than ${PAGES_MAX} pages of topics` };
  } catch (error) {
    if (!FOR_GOOD.includes(statusOf(error))) throw error;
    const { name, message } = error as Error;
    return { unknown: `${name}: ${message}` };
  } finally {
    client.destroy();
  }
}

/** 0 where there was no answer. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('$metadata' in error)) return 0;
  return (error.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode ?? 0;
}
