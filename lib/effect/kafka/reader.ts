import type { KafkaConnection } from './connection.ts';
import { listOffsets } from './partition-offsets.ts';
import { readPartition } from './read-partition.ts';
import { untilAnswered } from './until-answered.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RecordReader } from '../../ports/record-reader.ts';

export interface RecordReaderDeps {
  readonly connection: KafkaConnection;
  readonly clock: Clock;
}

/** Reads by offset, with plain fetches: no consumer group appears. */
export function createRecordReader({ connection, clock }: RecordReaderDeps): RecordReader {
  return {
    offsets(topic, deadlineMs) {
      const what = `tell the offsets of ${topic}`;
      return untilAnswered({ connection, clock, what, deadlineMs }, () =>
        listOffsets(connection, topic, deadlineMs),
      );
    },
    read(topic, partition, offset, window) {
      const { deadlineMs } = window;
      const what = `give the records of ${topic}, partition ${partition}, from offset ${offset} on`;
      return untilAnswered({ connection, clock, what, deadlineMs }, () =>
        readPartition(connection, { topic, partition, offset }, window),
      );
    },
  };
}
