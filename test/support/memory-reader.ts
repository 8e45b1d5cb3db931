import type { RecordContent } from '../../lib/model/record.ts';
import type { RecordReader } from '../../lib/ports/record-reader.ts';

/** The port over topics in memory that have one partition each. */
export function createMemoryReader(
  recordsOf: (topic: string) => readonly RecordContent[],
): RecordReader {
  return {
    offsets: async (topic) => [{ partition: 0, lowOffset: 0, highOffset: recordsOf(topic).length }],
    read: async (topic, partition, offset, { recordsMax, bytesMax }) => {
      let bytes = 0;
      return recordsOf(topic)
        .map((content, at) => ({ ...content, topic, partition, offset: at, timestampMs: 0 }))
        .slice(offset, offset + recordsMax)
        .filter(({ value }, at) => {
          bytes += value?.length ?? 0;
          return at === 0 || bytes <= bytesMax;
        });
    },
  };
}
