import { expect, test } from 'vitest';
import { produceRequest } from '../../../../lib/effect/kafka/protocol.ts';

test('a record is acknowledged by all in-sync replicas, or not at all', async () => {
  const terms = { timeoutMs: 1_000, timestampMs: 1 };
  const record = { key: null, value: null, headers: [] };
  const { request } = produceRequest({ topic: 't', partition: 0 }, [record], terms);
  const { buffer } = await (request as { encode(): Promise<{ buffer: Buffer }> }).encode();
  // https://kafka.apache.org/protocol#The_Messages_Produce: transactional id (null), then acks.
  expect([buffer.readInt16BE(0), buffer.readInt16BE(2)]).toEqual([-1, -1]);
});
