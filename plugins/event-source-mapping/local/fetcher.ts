import { Consumer, ListOffsetTimestamps, type RecordsBatch } from '@platformatic/kafka';
import { errorText, hasKafkaError } from './kafka-errors.ts';
import type { EventSourceLog, Mapping, PolledRecord } from './types.ts';

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

export interface FetchTarget {
  readonly partition: number;
  readonly fetchOffset: number;
}

export interface FetcherEvents {
  /** What to fetch next; asked before every request. `isPartial`: others are held back, so do not wait long. */
  targets(): { readonly wanted: readonly FetchTarget[]; readonly isPartial: boolean };
  /** Records from `target.fetchOffset` on; `nextOffset` is one past the last offset looked at. */
  onFetched(target: FetchTarget, records: readonly PolledRecord[], nextOffset: number): void;
  /** The offset is not there any more (retention, topic made anew): reading goes on at `offset`. */
  onOutOfRange(partition: number, offset: number): void;
  onPartitionCount(count: number): void;
}

export interface Fetcher {
  /** Something can be fetched (again). */
  wake(): void;
  /** Never rejects. */
  close(): Promise<void>;
}

export interface FetcherOptions {
  readonly brokers: readonly string[];
  readonly mapping: Mapping;
  readonly log: EventSourceLog;
  readonly events: FetcherEvents;
}

const WAIT_MS = 1_000;
const WAIT_PARTIAL_MS = 20;
const PARTITION_BYTES = 1024 * 1024;
const FETCH_BYTES = 16 * 1024 * 1024;
const QUIET_MS = 3_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;
const IS_CONTROL = 0x20;
const IS_LOG_APPEND_TIME = 0x08;

/**
 * Reads the topic's partitions by offset, on a connection of its own: a fetch that waits for records must not hold up
 * heartbeats and commits.
 */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { mapping, events, log } = options;
  const { topic } = mapping;
  const consumer = new Consumer({
    clientId: 'event-source-mapping',
    bootstrapBrokers: [...options.brokers],
    groupId: mapping.groupId,
    retries: 0,
  });
  consumer.topics.trackAll(topic);
  consumer.on('error', (error: Error) => log.debug(`${topic}: ${errorText(error)}`));
  let isClosed = false;
  let isRunning = false;
  let isWoken = false;
  let outage: { readonly sinceMs: number; isTold: boolean } | undefined;

  async function run(): Promise<void> {
    let delayMs = RETRY_FIRST_MS;
    while (!isClosed) {
      isWoken = false;
      const { wanted, isPartial } = events.targets();
      if (wanted.length === 0) {
        if (isWoken) continue;
        break;
      }
      try {
        await fetchOnce(wanted, isPartial ? WAIT_PARTIAL_MS : WAIT_MS);
        delayMs = RETRY_FIRST_MS;
        outage = undefined;
      } catch (error) {
        if (isClosed) break;
        tellOutage(error);
        await recover(error, wanted).catch(() => undefined);
        await sleep(delayMs);
        delayMs = Math.min(delayMs * 2, RETRY_MAX_MS);
      }
    }
    isRunning = false;
  }

  /** Once for each outage, and only where it lasts: a leader that moves is no news. */
  function tellOutage(error: unknown): void {
    outage ??= { sinceMs: Date.now(), isTold: false };
    if (outage.isTold || Date.now() - outage.sinceMs < QUIET_MS) return;
    outage.isTold = true;
    log.warn(`${topic} cannot be read (${errorText(error)}): its mapping keeps trying`);
  }

  async function fetchOnce(wanted: readonly FetchTarget[], maxWaitTime: number): Promise<void> {
    const metadata = await consumer.metadata({ topics: [topic] });
    const described = metadata.topics.get(topic);
    if (described === undefined) throw new Error(`Unknown topic ${topic}.`);
    events.onPartitionCount(described.partitionsCount);
    const byLeader = Map.groupBy(
      wanted,
      ({ partition }) => described.partitions[partition]?.leader ?? -1,
    );
    byLeader.delete(-1);
    if (byLeader.size === 0) throw new Error(`No leader for ${topic}`);
    await Promise.all(
      [...byLeader].map(async ([node, targets]) => {
        const partitions = targets.map(({ partition, fetchOffset }) => ({
          partition,
          fetchOffset: BigInt(fetchOffset),
          partitionMaxBytes: PARTITION_BYTES,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
        }));
        const response = await consumer.fetch({
          node,
          topics: [{ topicId: described.id, partitions }],
          minBytes: 1,
          maxBytes: FETCH_BYTES,
          maxWaitTime: byLeader.size > 1 ? Math.min(maxWaitTime, 100) : maxWaitTime,
        });
        if (!isClosed) handOver(topic, targets, response, events);
      }),
    );
  }

  async function recover(error: unknown, wanted: readonly FetchTarget[]): Promise<void> {
    consumer.clearMetadata();
    if (!hasKafkaError(error, 'OFFSET_OUT_OF_RANGE')) {
      log.debug(`${topic}: fetch failed: ${errorText(error)}`);
      return;
    }
    const list = (timestamp: bigint) => consumer.listOffsets({ topics: [topic], timestamp });
    const low = (await list(ListOffsetTimestamps.EARLIEST)).get(topic) ?? [];
    const high = (await list(ListOffsetTimestamps.LATEST)).get(topic) ?? [];
    for (const { partition, fetchOffset } of wanted) {
      const [from, to] = [Number(low[partition] ?? 0n), Number(high[partition] ?? 0n)];
      if (fetchOffset >= from && fetchOffset <= to) continue;
      events.onOutOfRange(partition, mapping.startingPosition === 'LATEST' ? to : from);
    }
  }

  return {
    wake() {
      isWoken = true;
      if (isRunning || isClosed) return;
      isRunning = true;
      void run();
    },
    async close() {
      isClosed = true;
      await consumer
        .close(true)
        .catch((error: unknown) => log.debug(`${topic}: ${errorText(error)}`));
    },
  };
}

function handOver(
  topic: string,
  targets: readonly FetchTarget[],
  response: FetchResponse,
  events: FetcherEvents,
): void {
  for (const { partitions } of response.responses) {
    for (const { partitionIndex, records } of partitions) {
      const target = targets.find(({ partition }) => partition === partitionIndex);
      if (target === undefined || records === undefined || records === null) continue;
      const found: PolledRecord[] = [];
      let nextOffset = target.fetchOffset;
      for (const batch of records) {
        found.push(...recordsOf(batch, topic, target));
        nextOffset = Math.max(nextOffset, Number(batch.firstOffset) + batch.lastOffsetDelta + 1);
      }
      events.onFetched(target, found, nextOffset);
    }
  }
}

/** The records of a batch from the wanted offset on; control records (transaction markers) are none. */
function recordsOf(batch: RecordsBatch, topic: string, target: FetchTarget): PolledRecord[] {
  if ((batch.attributes & IS_CONTROL) !== 0) return [];
  const isAppendTime = (batch.attributes & IS_LOG_APPEND_TIME) !== 0;
  return batch.records
    .map((record): PolledRecord => ({
      topic,
      partition: target.partition,
      offset: Number(batch.firstOffset) + record.offsetDelta,
      timestampMs: Number(
        isAppendTime ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta,
      ),
      timestampType: isAppendTime ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
      key: record.key,
      value: record.value,
      headers: record.headers.map(
        ([name, value]) => [name?.toString('utf8') ?? '', value] as const,
      ),
    }))
    .filter(({ offset }) => offset >= target.fetchOffset);
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
