import { expect, it } from 'vitest';
import { parseConfig } from '../../../lib/config.ts';
import { forgottenFailure } from '../../../localstack/topics.ts';

const { policy } = parseConfig({ DLQ_DRAIN_DELAYS_MS: '30000' });

it('names the forgotten topics, all of the variable that drains them, and how to delete them', () => {
  const forgotten = ['order-events-retry-1500ms', 'order-events-retry-8s'];
  const { message, remedy } = forgottenFailure(forgotten, policy, 'localhost:9092');

  expect(message).toContain(
    'nobody would read what is in there: order-events-retry-1500ms, order-events-retry-8s.',
  );
  expect(remedy).toContain('DLQ_DRAIN_DELAYS_MS=30000,1500,8000 ');
  expect(remedy).toContain(
    '--bootstrap-server localhost:9092 --delete --topic order-events-retry-1500ms,order-events-retry-8s',
  );
  expect(remedy).not.toContain('by hand');
});

it('gives no delay for a topic whose name no delay gives, and none for nothing', () => {
  const mixed = ['order-events-retry-8s', 'order-events-retry-soon'];
  const of = (forgotten: string[]) => forgottenFailure(forgotten, policy, 'b').remedy;

  expect(of(mixed)).toContain('DLQ_DRAIN_DELAYS_MS=30000,8000 ');
  expect(of(mixed)).toContain('No delay gives the name order-events-retry-soon: read by hand');
  expect(of(['order-events-retry-soon'])).not.toContain('DLQ_DRAIN_DELAYS_MS');
  expect(of(['order-events-retry-soon'])).toContain('delete it: kafka-topics.sh');
});
