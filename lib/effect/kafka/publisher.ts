import type { KafkaConnection } from './connection.ts';
import { createPublishJournal, type PublishJournal } from './publish-journal.ts';
import { publishPartition, type BuiltRecord } from './publish-partition.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PublishRequest, RecordPublisher } from '../../ports/record-publisher.ts';

export interface RecordPublisherDeps {
  readonly connection: KafkaConnection;
  readonly clock: Clock;
}

/** The requests of one topic, by their index. */
interface TopicRequests {
  readonly topic: string;
  readonly requests: readonly PublishRequest[];
  readonly journal: PublishJournal;
  readonly deadlineMs: number;
  readonly over: AbortSignal;
}

/**
 * Writes with acks=all, one request with one record batch for one partition at a time, so that each outcome is that of
 * its records alone and what is not yet sent can be given up. Topics are tried again independently of each other.
 * Records of a partition keep the order of their requests.
 */
export function createRecordPublisher({ connection, clock }: RecordPublisherDeps): RecordPublisher {
  return {
    async publish(requests, options) {
      if (requests.length === 0) return [];
      const { deadlineMs } = options;
      const journal = createPublishJournal(requests.length, options, () => clock.nowMs());
      const over = new AbortController();
      const topics = [...groupBy(requests.keys(), (index) => requests[index]?.topic ?? '')];
      const loops = topics.map(([topic, indexes]) =>
        publishTopic(
          { topic, requests, journal, deadlineMs, over: over.signal },
          { connection, clock },
          indexes,
        ),
      );
      const deadline = clock.sleep(Math.max(0, deadlineMs - clock.nowMs()), over.signal);
      await Promise.race([Promise.all(loops), deadline]);
      const outcomes = journal.close();
      over.abort();
      if (outcomes.some(({ kind }) => kind === 'unknown')) {
        // A thawed environment must not write later what is answered as unknown now.
        connection.drop(new Error('given up at the deadline'));
      }
      return outcomes;
    },
  };
}

/** Until every request of the topic has an outcome, or the time is over. Never rejects. */
async function publishTopic(
  topic: TopicRequests,
  deps: RecordPublisherDeps,
  indexes: readonly number[],
): Promise<void> {
  let pending = indexes;
  for (let failures = 1; !topic.journal.isOver(); failures++) {
    try {
      pending = await publishOnce(topic, deps, pending);
    } catch (error) {
      topic.journal.failed(pending, error);
    }
    if (pending.length === 0) return;
    deps.connection.forgetTopic(topic.topic);
    await deps.clock.sleep(retryDelayMs(failures, Math.random()), topic.over);
  }
}

/** One try. Returns the requests that have no outcome yet, in order; rejects where none of them could be tried. */
async function publishOnce(
  { topic, requests, journal, deadlineMs }: TopicRequests,
  { connection, clock }: RecordPublisherDeps,
  pending: readonly number[],
): Promise<number[]> {
  const layout = await connection.topic(topic, deadlineMs);
  if (layout === undefined) throw new Error(`topic ${topic} does not exist: create it`);
  const records = pending.map((index): BuiltRecord => {
    const request = requests[index];
    if (request === undefined) throw new Error(`there is no request ${index}`);
    return { index, record: request.build(layout.leaders.length) };
  });
  const nowMs = (): number => clock.nowMs();
  const target = { layout, journal, deadlineMs, connection, nowMs };
  const partitions = [...groupBy(records, ({ record }) => record.partition)];
  const left = await Promise.all(
    partitions.map(([partition, built]) => publishPartition({ ...target, partition }, built)),
  );
  return left.flat().toSorted((a, b) => a - b);
}

function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
