import { expect, it } from 'vitest';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import { readEnvelopes } from '../../../lib/flow/read-envelopes.ts';
import type { RecordContent } from '../../../lib/model/record.ts';
import type { RecordReader } from '../../../lib/ports/record-reader.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { idOf } from '../../support/dead-letter-items.ts';
import { memoryEnvelopeCodec } from '../../support/envelope-codecs.ts';
import { createMemoryReader } from '../../support/memory-reader.ts';

const MIB = 1024 * 1024;

async function recordOf(id: string, valueBytes = 10): Promise<RecordContent> {
  const record = { key: null, value: Buffer.alloc(valueBytes, 'x'), headers: [] };
  const event = { ...failedEvent({ record }), id };
  const envelope = toEnvelope(event, { orderId: 'ORDER-1', consumerGroup: 'group' });
  const slim = { ...envelope, originalMessage: null };
  return { key: Buffer.from(id), value: await memoryEnvelopeCodec.encode(slim), headers: [] };
}

const pointer = (number: number, offset = number) => ({
  id: idOf(number),
  envelopeAt: { topic: 'dlq', partition: 0, offset },
});

/** A topic with those records, and how often it is read. */
function given(records: readonly RecordContent[]) {
  const reads: number[] = [];
  const memory = createMemoryReader({
    partition: () => records.map((content) => ({ content, timestampMs: 0 })),
  });
  const reader: RecordReader = {
    ...memory,
    read: (topic, partition, offset, window) => {
      reads.push(offset);
      return memory.read(topic, partition, offset, window);
    },
  };
  return { reads, deps: { reader, codec: memoryEnvelopeCodec } };
}

it('reads those that lie near each other together, whatever their order', async () => {
  const records = await Promise.all(Array.from({ length: 400 }, (_, n) => recordOf(idOf(n))));
  const { reads, deps } = given(records);
  const wanted = [7, 3, 90, 380, 5].map((number) => pointer(number));
  const found = await readEnvelopes(wanted, Infinity, deps);
  expect(found.size).toBe(wanted.length);
  for (const { id } of wanted) expect(found.get(id)?.id).toBe(id);
  expect(reads).toEqual([3, 380]);
});

it('finds one whose pointer went stale behind it, and says of one that is gone that it is', async () => {
  const moved = await recordOf(idOf(1));
  const other = await recordOf(idOf(9));
  const tombstone = { key: Buffer.from(idOf(2)), value: null, headers: [] };
  const { deps } = given([other, tombstone, other, moved]);
  const found = await readEnvelopes([pointer(1, 0), pointer(2, 1)], Infinity, deps);
  expect(found.get(idOf(1))?.id).toBe(idOf(1));
  expect(found.has(idOf(2))).toBe(true);
  expect(found.get(idOf(2))).toBeUndefined();
});

it('leaves out those for which there is no room, but never the first', async () => {
  const records = await Promise.all(Array.from({ length: 30 }, (_, n) => recordOf(idOf(n), MIB)));
  const { deps } = given(records);
  const wanted = Array.from({ length: 30 }, (_, n) => pointer(29 - n));
  const found = await readEnvelopes(wanted, Infinity, deps);
  expect(found.get(idOf(29))?.id).toBe(idOf(29));
  expect(found.size).toBeGreaterThan(10);
  expect(found.size).toBeLessThan(30);
  expect([...found.values()]).not.toContain(undefined);
});
