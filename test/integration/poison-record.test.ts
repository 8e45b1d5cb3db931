import { expect, it } from 'vitest';
import { endless, type Instruction } from '../fixtures/second-business/business.ts';
import { instruct } from '../support/second-business.ts';
import { startService } from '../support/service.ts';

const THROWERS = ['error', 'text', 'number', 'null', 'undefined', 'hostile'] as const;

it('a poison record neither blocks nor vanishes', async () => {
  // The endless one takes all of its time, at each of its attempts.
  const env = { DLQ_MAX_RETRIES: '1', PROCESSING_TIMEOUT_MS: '2000' };
  await using service = await startService({ business: 'second', env });
  const key = Buffer.from('poison');
  const given: Instruction[] = [
    ...THROWERS.map((throws) => ({ id: `throws ${throws}`, throws })),
    { id: 'throws later', throws: 'null', takesMs: 20 },
    { id: 'throws non-retriable', throws: 'non-retriable' },
    endless('endless'),
  ];
  const unreadable = [
    { key, value: null },
    { key, value: Buffer.alloc(0) },
    { key, value: Buffer.from([0xff, 0x00, 0xc3]) },
    { key: null, value: Buffer.from('{"id":') },
  ];
  const records = [
    ...unreadable,
    ...given.map((one) => instruct(one)),
    instruct({ id: 'good behind them' }),
  ];
  await service.produce(...records.map((record) => ({ ...record, partition: 0 })));

  await service.untilLogged('Order good behind them processed successfully');
  const dead = await service.untilDeadLetters(unreadable.length + given.length);
  await service.untilAllCommitted();
  const told = dead
    .map(({ envelope }) => envelope)
    .toSorted((a, b) => a.originalOffset - b.originalOffset)
    .map((envelope) => [
      envelope.orderId,
      envelope.reason,
      envelope.errorType,
      envelope.failedAttempts,
    ]);
  expect(told).toEqual([
    ...unreadable.map(() => [null, 'undecodable', 'UndecodableError', 1]),
    ['throws error', 'retries-exhausted', 'Error', 2],
    ['throws text', 'retries-exhausted', 'string', 2],
    ['throws number', 'retries-exhausted', 'number', 2],
    ['throws null', 'retries-exhausted', 'object', 2],
    ['throws undefined', 'retries-exhausted', 'undefined', 2],
    ['throws hostile', 'retries-exhausted', 'object', 2],
    ['throws later', 'retries-exhausted', 'object', 2],
    ['throws non-retriable', 'non-retriable', 'NonRetriableError', 1],
    ['endless', 'retries-exhausted', 'ProcessingTimeoutError', 2],
  ]);
});
