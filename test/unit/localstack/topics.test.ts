import { expect, it } from 'vitest';
import { forgottenFailure } from '../../../localstack/topics.ts';

it('names the forgotten topics, the variable that drains them, and how to delete them', () => {
  const { message, remedy } = forgottenFailure(
    ['order-events-retry-1500ms', 'order-events-retry-8s'],
    'localhost:9092',
  );

  expect(message).toContain('order-events-retry-1500ms, order-events-retry-8s');
  expect(remedy).toContain('DLQ_DRAIN_DELAYS_MS=1500,8000');
  expect(remedy).toContain(
    '--bootstrap-server localhost:9092 --delete --topic order-events-retry-1500ms,order-events-retry-8s',
  );
});
