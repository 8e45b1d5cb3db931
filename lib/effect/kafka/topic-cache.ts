import { CODE, refuseFailure } from './kafka-error.ts';
import type { MetadataResponse } from './protocol.ts';

export interface TopicLayout {
  readonly topic: string;
  /** Node id of each partition's leader; -1 where it has none now. Its length is the partition count. */
  readonly leaders: readonly number[];
}

export interface TopicCacheOptions {
  readonly ageMaxMs: number;
  readonly nowMs: () => number;
  /** Metadata of this one topic: asking for several fails all where one is missing. */
  readonly fetch: (topic: string, deadlineMs: number) => Promise<MetadataResponse>;
}

/** What the cluster says of topics, remembered for `ageMaxMs`. A topic that is missing is not remembered. */
export function createTopicCache({ ageMaxMs, nowMs, fetch }: TopicCacheOptions) {
  const known = new Map<string, { readonly layout: TopicLayout; readonly expiresAtMs: number }>();
  const asked = new Map<string, Promise<TopicLayout | undefined>>();

  async function ask(topic: string, deadlineMs: number): Promise<TopicLayout | undefined> {
    const layout = layoutOf(topic, await fetch(topic, deadlineMs));
    if (layout === undefined) known.delete(topic);
    else known.set(topic, { layout, expiresAtMs: nowMs() + ageMaxMs });
    return layout;
  }

  return {
    /** Undefined where the topic does not exist. Callers that ask at the same time share one request. */
    async layout(topic: string, deadlineMs: number): Promise<TopicLayout | undefined> {
      const entry = known.get(topic);
      if (entry !== undefined && nowMs() < entry.expiresAtMs) return entry.layout;
      const pending = asked.get(topic);
      if (pending !== undefined) return pending;
      const answer = ask(topic, deadlineMs).finally(() => asked.delete(topic));
      asked.set(topic, answer);
      return answer;
    },
    forget(topic: string): void {
      known.delete(topic);
    },
  };
}

/** @throws BrokerRefusal for any other error than that the topic does not exist */
export function layoutOf(topic: string, metadata: MetadataResponse): TopicLayout | undefined {
  const found = metadata.topicMetadata.find((candidate) => candidate.topic === topic);
  const code = found?.topicErrorCode ?? CODE.UNKNOWN_TOPIC_OR_PARTITION;
  if (found === undefined || code === CODE.UNKNOWN_TOPIC_OR_PARTITION) return undefined;
  refuseFailure(code, `metadata of ${topic}`);
  const leaders = found.partitionMetadata.map(() => -1);
  for (const { partitionId, leader } of found.partitionMetadata) leaders[partitionId] = leader;
  return { topic, leaders };
}
