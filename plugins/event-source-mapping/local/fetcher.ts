import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import { fetchedOf, type Fetched, type FetchTarget } from './fetch-response.ts';
import { errorText, hasKafkaError } from './kafka-errors.ts';
import type { EventSourceLog, Mapping } from './types.ts';

export interface FetchPlan {
  /** Undefined: no partition is assigned, there is nothing to read. */
  readonly topicId: string | undefined;
  readonly wanted: readonly FetchTarget[];
  /** Others are held back, so do not wait long. */
  readonly isPartial: boolean;
}

export interface FetcherEvents {
  /** What to fetch next; asked before every request. */
  plan(): FetchPlan;
  onFetched(fetched: Fetched): void;
  /** The offset is not in the log, which reaches `from` … `to`. */
  onOutOfRange(target: FetchTarget, log: { readonly from: number; readonly to: number }): void;
  onPartitionCount(count: number): void;
  /** A fetch failed; it is tried again. */
  onError(): void;
  /** The topic was deleted, and there is another one by that name. The plan changes with this call. */
  onTopicMadeAnew(): void;
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
/** While a partition is held back: it may be wanted at any moment, but where it is stuck that can take for ever. */
const WAIT_HELD_FIRST_MS = 20;
const WAIT_HELD_MAX_MS = 500;
/** Where several brokers answer, the slowest holds up the others. */
const WAIT_LEADERS_MS = 100;
const PARTITION_BYTES = 1024 * 1024;
const FETCH_BYTES = 16 * 1024 * 1024;
const QUIET_MS = 3_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;

interface FetchOne {
  readonly topicId: string;
  readonly targets: readonly FetchTarget[];
  readonly maxWaitTime: number;
}

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
  let outage: { readonly sinceMs: number; isTold: boolean } | undefined;
  let endPause = (): void => undefined;
  let waitHeldMs = WAIT_HELD_FIRST_MS;

  async function run(): Promise<void> {
    let delayMs = RETRY_FIRST_MS;
    while (!isClosed) {
      const plan = events.plan();
      if (plan.topicId === undefined) break;
      try {
        await readOnce(plan);
        delayMs = RETRY_FIRST_MS;
        outage = undefined;
      } catch (error) {
        if (isClosed) break;
        events.onError();
        tellOutage(error);
        await recover(error, plan.wanted).catch(() => undefined);
        await sleep(delayMs);
        delayMs = Math.min(delayMs * 2, RETRY_MAX_MS);
      }
    }
    isRunning = false;
  }

  /** The topic is looked at also while nothing is wanted of it: it may be made anew. */
  async function readOnce({ topicId, wanted, isPartial }: FetchPlan): Promise<void> {
    const metadata = await consumer.metadata({ topics: [topic] });
    const described = metadata.topics.get(topic);
    if (described === undefined) throw new Error(`Unknown topic ${topic}.`);
    if (isClosed) return;
    if (described.id !== topicId) return events.onTopicMadeAnew();
    events.onPartitionCount(described.partitionsCount);
    if (wanted.length === 0) return pause(WAIT_MS);
    const leaderOf = ({ partition }: FetchTarget) => described.partitions[partition]?.leader ?? -1;
    const byLeader = Map.groupBy(wanted, leaderOf);
    byLeader.delete(-1);
    if (byLeader.size === 0) throw new Error(`No leader for ${topic}`);
    const waitMs = isPartial ? waitHeldMs : WAIT_MS;
    waitHeldMs = Math.min(waitHeldMs * 2, WAIT_HELD_MAX_MS);
    const maxWaitTime = byLeader.size > 1 ? Math.min(waitMs, WAIT_LEADERS_MS) : waitMs;
    await Promise.all(
      [...byLeader].map(([node, targets]) => fetchFrom(node, { topicId, targets, maxWaitTime })),
    );
  }

  /** By topic id, so that the broker refuses where it has another topic by that name meanwhile (Fetch ≥ 13, KIP-516). */
  async function fetchFrom(
    node: number,
    { topicId, targets, maxWaitTime }: FetchOne,
  ): Promise<void> {
    const partitions = targets.map(({ partition, fetchOffset }) => ({
      partition,
      fetchOffset: BigInt(fetchOffset),
      partitionMaxBytes: PARTITION_BYTES,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    }));
    const response = await consumer.fetch({
      node,
      topics: [{ topicId, partitions }],
      maxWaitTime,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
    });
    if (isClosed) return;
    for (const fetched of fetchedOf(topic, targets, response)) events.onFetched(fetched);
  }

  /** Ends early when something can be fetched. */
  function pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => endPause(), durationMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Once for each outage, and only where it lasts: a leader that moves is no news. */
  function tellOutage(error: unknown): void {
    outage ??= { sinceMs: Date.now(), isTold: false };
    if (outage.isTold || Date.now() - outage.sinceMs < QUIET_MS) return;
    outage.isTold = true;
    log.warn(`${topic} cannot be read (${errorText(error)}): its mapping keeps trying`);
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
    for (const target of wanted) {
      const { partition, fetchOffset } = target;
      const [from, to] = [Number(low[partition] ?? 0n), Number(high[partition] ?? 0n)];
      if (fetchOffset < from || fetchOffset > to) events.onOutOfRange(target, { from, to });
    }
  }

  return {
    wake() {
      waitHeldMs = WAIT_HELD_FIRST_MS;
      endPause();
      if (isRunning || isClosed) return;
      isRunning = true;
      void run();
    },
    async close() {
      isClosed = true;
      endPause();
      await consumer
        .close(true)
        .catch((error: unknown) => log.debug(`${topic}: ${errorText(error)}`));
    },
  };
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
