import { encodeRecord } from '../../plugins/event-source-mapping/local/event.ts';
import type {
  EncodedRecord,
  PolledRecord,
} from '../../plugins/event-source-mapping/local/types.ts';

/** A polled record; what is left out is ordinary. */
export function polledRecord(record: Partial<PolledRecord> = {}): PolledRecord {
  return {
    topic: 't',
    partition: 0,
    offset: 0,
    timestampMs: 0,
    timestampType: 'CREATE_TIME',
    key: null,
    value: null,
    headers: [],
    ...record,
  };
}

/** The same, encoded; fetched at `polledAtMs`. */
export function encodedRecord(record: Partial<PolledRecord> = {}, polledAtMs = 0): EncodedRecord {
  return encodeRecord(polledRecord(record), polledAtMs);
}

/** Records of one partition with these offsets. */
export function recordsAt(partition: number, ...offsets: number[]): EncodedRecord[] {
  return offsets.map((offset) => encodedRecord({ partition, offset }));
}
