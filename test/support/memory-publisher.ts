import type { RecordContent } from '../../lib/model/record.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type {
  PublishOptions,
  PublishOutcome,
  PublishRequest,
  RecordPublisher,
} from '../../lib/ports/record-publisher.ts';

/** A topic in memory. */
interface MemoryTopic {
  /** Key, value and header values together. */
  readonly recordBytesMax: number;
  readonly partitions: RecordContent[][];
  /** When each record was written, epoch ms. */
  readonly writtenAtMs: number[][];
}

/** A record where it lies. */
export interface WrittenRecord {
  readonly content: RecordContent;
  readonly timestampMs: number;
}

/** The port in memory; test/contract/record-publisher.test.ts holds it to what the real one does. */
export interface MemoryPublisher extends RecordPublisher {
  createTopic(topic: string, partitions?: number, recordBytesMax?: number): void;
  deleteTopic(topic: string): void;
  /** An outage of the topic: nothing is written to it, and what lies there stays. */
  hide(topic: string): void;
  show(topic: string): void;
  /** What lies in all partitions of a topic, by partition. */
  records(topic: string): readonly RecordContent[];
  /** The same, each partition for itself. */
  partitions(topic: string): readonly (readonly RecordContent[])[];
  /** What a partition holds, by offset, and when it was written; undefined where there is no such partition. */
  partition(topic: string, partition: number): readonly WrittenRecord[] | undefined;
  /** How many requests each call of `publish` had. */
  readonly calls: readonly number[];
}

/** Between two tries of what could not be written. */
const RETRY_MS = 50;

/** @param latencyMs until an acknowledgement comes */
export function createMemoryPublisher(clock: Clock, latencyMs = 0): MemoryPublisher {
  const topics = new Map<string, MemoryTopic>();
  const hidden = new Set<string>();
  const calls: number[] = [];

  const writeOne = (request: PublishRequest): PublishOutcome => {
    const topic = topics.get(request.topic);
    if (topic === undefined || hidden.has(request.topic)) {
      throw new Error(`topic ${request.topic} does not exist`);
    }
    const { partition, key, value, headers } = request.build(topic.partitions.length);
    const log = topic.partitions[partition];
    if (log === undefined) throw new Error(`there is no partition ${partition}`);
    const bytes = [key, value, ...headers.map((header) => header.value)].reduce(
      (sum, part) => sum + (part?.length ?? 0),
      0,
    );
    if (bytes > topic.recordBytesMax) {
      return { kind: 'too-large', error: new Error('MESSAGE_TOO_LARGE') };
    }
    topic.writtenAtMs[partition]?.push(clock.nowMs());
    return { kind: 'acknowledged', partition, offset: log.push({ key, value, headers }) - 1 };
  };

  const publishOne = async (
    request: PublishRequest,
    index: number,
    options: PublishOptions,
  ): Promise<PublishOutcome> => {
    const { deadlineMs } = options;
    let failure: Error | undefined;
    for (let tries = 0; clock.nowMs() < deadlineMs; tries++) {
      try {
        const outcome = writeOne(request);
        if (latencyMs > 0) await clock.sleep(latencyMs);
        if (outcome.kind === 'acknowledged') options.onAcknowledged?.(index);
        return outcome;
      } catch (error) {
        if (failure === undefined) options.onFirstFailure?.(index, error as Error);
        failure = error as Error;
      }
      await clock.sleep(Math.min(RETRY_MS, deadlineMs - clock.nowMs()));
    }
    const error = failure ?? new Error('the deadline came before any answer');
    if (failure === undefined) options.onFirstFailure?.(index, error);
    return { kind: 'unknown', error };
  };

  return {
    calls,
    createTopic(topic, partitions = 1, recordBytesMax = Infinity) {
      topics.set(topic, {
        recordBytesMax,
        partitions: Array.from({ length: partitions }, () => []),
        writtenAtMs: Array.from({ length: partitions }, () => []),
      });
    },
    deleteTopic: (topic) => void topics.delete(topic),
    hide: (topic) => void hidden.add(topic),
    show: (topic) => void hidden.delete(topic),
    partition(topic, partition) {
      const { partitions, writtenAtMs } = topics.get(topic) ?? {};
      return partitions?.[partition]?.map((content, offset) => ({
        content,
        timestampMs: writtenAtMs?.[partition]?.[offset] ?? 0,
      }));
    },
    partitions: (topic) => topics.get(topic)?.partitions ?? [],
    records: (topic) => topics.get(topic)?.partitions.flat() ?? [],
    publish(requests, options) {
      calls.push(requests.length);
      return Promise.all(requests.map((request, index) => publishOne(request, index, options)));
    },
  };
}
