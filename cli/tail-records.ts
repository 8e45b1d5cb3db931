import type { ConsumedRecord } from '../lib/model/record.ts';
import type { Clock } from '../lib/ports/clock.ts';
import type { PartitionOffsets, RecordReader } from '../lib/ports/record-reader.ts';

export interface TailOptions {
  readonly topic: string;
  /** Offsets of the topic when the tail began. */
  readonly offsets: readonly PartitionOffsets[];
  readonly fromBeginning: boolean;
  /** End where nothing more is there. */
  readonly wait: boolean;
  readonly limit: number;
}

const TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 300;
const WINDOW = { recordsMax: 100, bytesMax: 4 * 1024 * 1024 };

/**
 * The records of a topic as they come. What is read in one round comes in the order of its time; within a partition the
 * order is always that of the offsets.
 * @throws AppError KAFKA_UNAVAILABLE where the cluster does not answer for 10 s
 */
export async function* tailRecords(
  { topic, offsets, fromBeginning, wait, limit }: TailOptions,
  { reader, clock }: { readonly reader: RecordReader; readonly clock: Clock },
): AsyncGenerator<ConsumedRecord> {
  const next = new Map(
    offsets.map(({ partition, lowOffset, highOffset }) => [
      partition,
      fromBeginning ? lowOffset : highOffset,
    ]),
  );
  let left = limit;
  while (left > 0) {
    const deadlineMs = clock.nowMs() + TIMEOUT_MS;
    const lanes = await Promise.all(
      [...next].map(([partition, offset]) =>
        reader.read(topic, partition, offset, { ...WINDOW, deadlineMs }),
      ),
    );
    const records = merge(lanes);
    for (const record of records.slice(0, left)) yield record;
    for (const { partition, offset } of records) next.set(partition, offset + 1);
    left -= records.length;
    if (records.length > 0) continue;
    if (!wait) return;
    await clock.sleep(LOOK_EVERY_MS);
  }
}

/** By time, but never against the order of a partition, whatever times its producers set. */
function merge(lanes: readonly (readonly ConsumedRecord[])[]): ConsumedRecord[] {
  const queues = lanes.map((lane) => [...lane]);
  const merged: ConsumedRecord[] = [];
  for (;;) {
    const heads = queues.filter(([head]) => head !== undefined);
    const [first] = heads.toSorted((a, b) => timeOf(a) - timeOf(b));
    const record = first?.shift();
    if (record === undefined) return merged;
    merged.push(record);
  }
}

function timeOf([head]: readonly ConsumedRecord[]): number {
  return head?.timestampMs ?? 0;
}
