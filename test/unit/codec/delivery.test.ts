import { expect, it } from 'vitest';
import { readDelivery } from '../../../lib/codec/delivery.ts';
import { writeRetryState } from '../../../lib/codec/retry-state.ts';
import * as given from '../../support/builders.ts';

const state = given.state({ attempt: 3, notBeforeMs: 9 });

it('on the order topic a state header is the record’s own: nobody can skip attempts', () => {
  const record = given.record({ partition: 2, offset: 5, headers: writeRetryState([], state) });
  const delivery = readDelivery(record, 'order-events');
  expect(delivery.record).toEqual(record);
  expect(delivery.state).toEqual({
    attempt: 1,
    origin: { topic: 'order-events', partition: 2, offset: 5, timestampMs: record.timestampMs },
  });
});

it('on a retry topic the state counts, and is taken off', () => {
  const headers = writeRetryState([given.header('a', 'b')], state);
  const delivery = readDelivery(
    given.record({ topic: 'order-events-retry-1s', headers }),
    'order-events',
  );
  expect(delivery.state).toEqual(state);
  expect(delivery.record.headers).toEqual([given.header('a', 'b')]);
  expect(delivery.corruptState).toBeUndefined();
});

it('on a retry topic a record without valid state is corrupt, and its origin is where it lies', () => {
  const record = given.record({ topic: 'order-events-retry-1s', offset: 8 });
  const delivery = readDelivery(record, 'order-events');
  expect(delivery.corruptState).toContain('no retry.state header');
  expect(delivery.state.origin).toMatchObject({ topic: 'order-events-retry-1s', offset: 8 });
});
