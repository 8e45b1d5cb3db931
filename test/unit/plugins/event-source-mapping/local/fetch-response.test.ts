import { describe, expect, it } from 'vitest';
import {
  fetchedOf,
  type FetchResponse,
} from '../../../../../plugins/event-source-mapping/local/fetch-response.ts';

type Batches = NonNullable<FetchResponse['responses'][number]['partitions'][number]['records']>;
type Batch = Batches[number];

const target = { topicId: 'id', partition: 3, fetchOffset: 10 };

/** A batch of `count` records from `firstOffset` on, a second apart. */
function batchOf(firstOffset: number, count: number, attributes = 0): Batch {
  const records = Array.from({ length: count }, (_, offsetDelta) => ({
    offsetDelta,
    timestampDelta: BigInt(offsetDelta * 1000),
    key: null,
    value: Buffer.from(`v${firstOffset + offsetDelta}`),
    headers: [],
  }));
  return {
    firstOffset: BigInt(firstOffset),
    lastOffsetDelta: count - 1,
    attributes,
    firstTimestamp: 1_000_000n,
    maxTimestamp: 9_000_000n,
    records,
  } as unknown as Batch;
}

const responseOf = (partitionIndex: number, ...records: Batch[]) =>
  ({
    responses: [{ partitions: [{ partitionIndex, records, highWatermark: 99n }] }],
  }) as unknown as FetchResponse;

describe('fetchedOf', () => {
  it('leaves out what stands before the wanted offset: a batch comes whole', () => {
    const [fetched] = fetchedOf('t', [target], responseOf(3, batchOf(8, 4), batchOf(12, 1)));
    expect(fetched?.records.map(({ offset }) => offset)).toEqual([10, 11, 12]);
    expect(fetched).toMatchObject({ target, nextOffset: 13 });
  });

  it('goes past a batch of transaction markers, which holds no records', () => {
    const [fetched] = fetchedOf('t', [target], responseOf(3, batchOf(10, 1, 0x20)));
    expect(fetched).toEqual({ target, records: [], nextOffset: 11, endOffset: 99 });
  });

  it('takes the time of the record, or that of the append where the topic says so', () => {
    const timesOf = (attributes: number) =>
      fetchedOf('t', [target], responseOf(3, batchOf(10, 2, attributes)))[0]?.records.map(
        ({ timestampMs, timestampType }) => [timestampMs, timestampType],
      );
    expect(timesOf(0)).toEqual([
      [1_000_000, 'CREATE_TIME'],
      [1_001_000, 'CREATE_TIME'],
    ]);
    expect(timesOf(0x08)).toEqual([
      [9_000_000, 'LOG_APPEND_TIME'],
      [9_000_000, 'LOG_APPEND_TIME'],
    ]);
  });

  it('takes a batch of any number of records', () => {
    const [fetched] = fetchedOf('t', [target], responseOf(3, batchOf(10, 300_000)));
    expect(fetched?.records).toHaveLength(300_000);
  });

  it('says nothing of a partition that was not asked for', () => {
    expect(fetchedOf('t', [target], responseOf(4, batchOf(10, 1)))).toEqual([]);
  });
});
