import { expect, it } from 'vitest';
import { delayOfRetryTopic, forgottenRetryTopics, topicTable } from '../../../infra/topics.ts';
import { parseConfig } from '../../../lib/config.ts';
import { tierTopic } from '../../../lib/decide/tiers.ts';

const config = parseConfig({ DLQ_DRAIN_DELAYS_MS: '8000' });
const table = new Map(topicTable(config).map((spec) => [spec.topic, spec]));
const THIRTY_DAYS = String(30 * 24 * 60 * 60 * 1000);

it('has every topic of the picture once, those being drained too, with 4 partitions', () => {
  expect([...table.keys()]).toEqual([
    'order-events',
    'order-events-retry-1s',
    'order-events-retry-2s',
    'order-events-retry-4s',
    'order-events-retry-8s',
    'order-events-redrive',
    'order-events-dlq-intake',
    'order-events-dlq-jobs',
    'order-events-dlq',
  ]);
  expect([...table.values()].every(({ partitions }) => partitions === 4)).toBe(true);
  expect(topicTable(config, 12).every(({ partitions }) => partitions === 12)).toBe(true);
});

it('takes orders up to 1 MiB before compression, and copies of them up to 8 MiB', () => {
  expect(table.get('order-events')?.configs).toMatchObject({
    'max.message.bytes': '1048576',
    'compression.type': 'uncompressed',
  });
  // A job's record holds its id alone.
  const small = ['order-events', 'order-events-dlq-jobs'];
  const others = [...table.values()].filter(({ topic }) => !small.includes(topic));
  expect(new Set(others.map(({ configs }) => configs['max.message.bytes']))).toEqual(
    new Set(['8388608']),
  );
});

it('compacts the DLQ topic alone, and keeps the others for 30 days', () => {
  const { 'order-events-dlq': dlq, ...others } = Object.fromEntries(
    [...table].map(([name, { configs }]) => [name, configs]),
  );
  expect(dlq).toMatchObject({ 'cleanup.policy': 'compact', 'delete.retention.ms': THIRTY_DAYS });
  for (const configs of Object.values(others)) {
    expect(configs).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': THIRTY_DAYS });
  }
});

it('finds retry topics that nothing names, and no other topics', () => {
  const existing = [
    ...table.keys(),
    'order-events-retry-16s',
    'other-retry-1s',
    'order-events-retry-1500ms',
  ];

  expect(forgottenRetryTopics(existing, config)).toEqual([
    'order-events-retry-1500ms',
    'order-events-retry-16s',
  ]);
});

it('counts no topic that has another use', () => {
  const topics = { KAFKA_DLQ_TOPIC: 'order-events-retry-dead' };
  const named = parseConfig(topics);
  const existing = topicTable(named).map(({ topic }) => topic);

  expect(forgottenRetryTopics(existing, named)).toEqual([]);
});

it.each([1, 999, 1000, 1500, 60_000, 840_000])(
  'reads %i ms back from the name of its topic',
  (delayMs) => {
    expect(delayOfRetryTopic(tierTopic('order-events', delayMs))).toBe(delayMs);
  },
);

it.each([
  'order-events',
  'order-events-retry-soon',
  'order-events-retry-1m',
  'order-events-retry-1000ms',
  'order-events-retry-01s',
  'order-events-retry-0s',
  'order-events-retry-841s',
])('reads no delay from %s', (topic) => {
  expect(delayOfRetryTopic(topic)).toBeUndefined();
});
