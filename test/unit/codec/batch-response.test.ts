import { expect, it } from 'vitest';
import { toBatchResponse } from '../../../lib/codec/batch-response.ts';

it('lists every unsettled record and nothing else, with AWS’s own name of its partition', () => {
  const at = { topic: 'order-events-retry-1s', partition: 3 };
  const response = toBatchResponse([
    { ...at, offset: 1, kind: 'processed' },
    { ...at, offset: 2, kind: 'unsettled' },
    { ...at, offset: 3, kind: 'retried' },
    { ...at, offset: 4, kind: 'dead-lettered' },
    { ...at, offset: 5, kind: 'unsettled' },
  ]);
  expect(response).toEqual({
    batchItemFailures: [
      { itemIdentifier: { partition: 'order-events-retry-1s-3', offset: 2 } },
      { itemIdentifier: { partition: 'order-events-retry-1s-3', offset: 5 } },
    ],
  });
});

it('says an empty list where all is settled', () => {
  expect(toBatchResponse([])).toEqual({ batchItemFailures: [] });
});
