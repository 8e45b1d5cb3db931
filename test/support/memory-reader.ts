import type { ConsumedRecord } from '../../lib/model/record.ts';
import type { PartitionOffsets, RecordReader } from '../../lib/ports/record-reader.ts';
import type { MemoryPublisher } from './memory-publisher.ts';

/** The port over topics in memory; test/contract/record-reader.test.ts holds it to what the real one does. */
export interface MemoryReader extends RecordReader {
  /** As the broker does now and then: of each key of a partition only the last record stays, up to an offset. */
  compact(topic: string, partition: number, belowOffset?: number): void;
  /** What is there, in ascending offsets. */
  all(topic: string, partition: number): readonly ConsumedRecord[];
}

export function createMemoryReader(publisher: Pick<MemoryPublisher, 'partition'>): MemoryReader {
  const gone = new Set<string>();
  const name = (topic: string, partition: number, offset: number) =>
    `${topic}-${partition}@${offset}`;

  const all = (topic: string, partition: number): ConsumedRecord[] =>
    (publisher.partition(topic, partition) ?? [])
      .map(({ content, timestampMs }, offset) => ({
        topic,
        partition,
        offset,
        timestampMs,
        ...content,
      }))
      .filter(({ offset }) => !gone.has(name(topic, partition, offset)));

  return {
    all,
    compact(topic, partition, belowOffset = Infinity) {
      const records = all(topic, partition);
      const last = new Map(records.map(({ key, offset }) => [textOf(key), offset]));
      for (const { key, offset } of records) {
        const isLast = last.get(textOf(key)) === offset;
        if (!isLast && offset < belowOffset) gone.add(name(topic, partition, offset));
      }
    },
    async offsets(topic) {
      const found: PartitionOffsets[] = [];
      for (let partition = 0; ; partition++) {
        const records = publisher.partition(topic, partition);
        if (records === undefined) return found.length > 0 ? found : undefined;
        found.push({ partition, lowOffset: 0, highOffset: records.length });
      }
    },
    async read(topic, partition, offset, { recordsMax, bytesMax }) {
      const read: ConsumedRecord[] = [];
      let bytes = 0;
      for (const record of all(topic, partition)) {
        if (record.offset < offset) continue;
        bytes += (record.value?.length ?? 0) + (record.key?.length ?? 0);
        if (read.length > 0 && (read.length >= recordsMax || bytes > bytesMax)) break;
        read.push(record);
      }
      return read;
    },
  };
}

const textOf = (key: Uint8Array | null) => Buffer.from(key ?? []).toString('utf8');
