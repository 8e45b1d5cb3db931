import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { PartitionBatch } from '../../../lib/codec/msk-event.ts';
import { batchHandler, type BatchInvocation } from '../../../lib/lambda/batch-handler.ts';
import type { RecordOutcome } from '../../../lib/model/outcome.ts';
import { captureLog } from '../../support/log-lines.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const context = {
  functionName: 'process-orders',
  functionVersion: '7',
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => 60_000,
} as Context;

const event = {
  eventSource: 'aws:kafka',
  records: {
    'order-events-0': [
      { topic: 'order-events', partition: 0, offset: 5, timestamp: 1, value: 'YQ==', headers: [] },
      { topic: 'order-events', partition: 0, offset: 6, timestamp: 1, value: 'Yg==', headers: [] },
    ],
  },
};

/** A handler over a flow that answers with these kinds, by offset. */
function start(kinds: Readonly<Record<number, RecordOutcome['kind']>>, partialResponses: boolean) {
  const seen: { batch: readonly PartitionBatch[]; invocation: BatchInvocation }[] = [];
  const { log, lines } = captureLog();
  let flushed = 0;
  const handler = batchHandler({
    run: async (batch, invocation) => {
      seen.push({ batch, invocation });
      return batch.flatMap(({ records }) =>
        records.map(({ topic, partition, offset }) => ({
          topic,
          partition,
          offset,
          kind: kinds[offset] ?? 'processed',
        })),
      );
    },
    partialResponses,
    clock: createVirtualClock(1_000),
    log,
    metrics: { add: () => undefined, flush: () => void flushed++ },
  });
  return {
    invoke: (of: unknown = event) => handler(of, context),
    seen,
    lines,
    flushed: () => flushed,
  };
}

const unsettled = { 6: 'unsettled' } as const;

describe('settlement', () => {
  it('in partial mode lists every unsettled record and only those', async () => {
    const { invoke } = start({ 5: 'retried', ...unsettled }, true);
    expect(await invoke()).toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'order-events-0', offset: 6 } }],
    });
  });

  it('in throw mode an unsettled record fails the invocation, and the error names it', async () => {
    await expect(start(unsettled, false).invoke()).rejects.toMatchObject({
      code: 'RECORDS_UNSETTLED',
      message: expect.stringContaining('1 of 2 records are unsettled (order-events-0@6)'),
    });
  });

  it.each([true, false])('with partial responses %s a settled batch is answered', async (mode) => {
    const { invoke } = start({ 5: 'retried', 6: 'dead-lettered' }, mode);
    expect(await invoke()).toEqual({ batchItemFailures: [] });
  });
});

it('gives the flow the records, the deadline and who it is, also on every log line', async () => {
  const { invoke, seen, lines } = start({}, true);
  await invoke();
  const [run] = seen;
  expect(run?.batch.map(({ key, records }) => [key, records.length])).toEqual([
    ['order-events-0', 2],
  ]);
  expect(run?.invocation.deadlineMs).toBe(61_000);
  run?.invocation.log.info('x');
  const who = { functionName: 'process-orders', functionVersion: '7', requestId: 'request-1' };
  expect(run?.invocation.identity).toEqual(who);
  expect(lines()).toMatchObject([who]);
});

it.each([true, false])('writes the metrics, also when it fails (partial %s)', async (mode) => {
  const { invoke, flushed } = start(unsettled, mode);
  await Promise.allSettled([invoke()]);
  expect(flushed()).toBe(1);
});

const MISCONFIGURED = {
  topic: 't',
  partition: 0,
  offset: 1,
  valueSchemaMetadata: { schemaId: '1' },
};

it.each([
  ['is no MSK event', { Records: [] }],
  ['a mapping has decoded', { records: { 't-0': [MISCONFIGURED] } }],
])('an event that %s fails the invocation: nothing was taken', async (_name, bad) => {
  const { invoke, seen } = start({}, true);
  await expect(invoke(bad)).rejects.toMatchObject({ code: 'EVENT_NOT_MSK' });
  expect(seen).toEqual([]);
});
