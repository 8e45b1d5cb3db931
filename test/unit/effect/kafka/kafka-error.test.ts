import { expect, test } from 'vitest';
import {
  BrokerRefusal,
  BrokersUnknownError,
  causeText,
  kafkaUnavailable,
  refuseFailure,
} from '../../../../lib/effect/kafka/kafka-error.ts';

test('causeText finds the innermost cause, also of what is no error, and of a circle', () => {
  const inner = new Error('connect ECONNREFUSED');
  expect(causeText(new Error('outer', { cause: new Error('middle', { cause: inner }) }))).toBe(
    'connect ECONNREFUSED',
  );
  expect(causeText('plain')).toBe('plain');
  expect(causeText(new Error('outer', { cause: 'text' }))).toBe('text');
  const circle = new Error('circle');
  circle.cause = circle;
  expect(causeText(circle)).toBe('circle');
});

const CLUSTER = { name: 'a:1, b:2', variable: 'KAFKA_BROKERS' };

test('kafkaUnavailable names brokers, cause and remedy', () => {
  const error = kafkaUnavailable(CLUSTER, 'answer', new Error('refused'));
  expect(error.code).toBe('KAFKA_UNAVAILABLE');
  expect(error.message).toBe(
    'Kafka at a:1, b:2 did not answer: refused. Check that the brokers run, that they can be reached from here, and that KAFKA_BROKERS names them',
  );
});

test('kafkaUnavailable leaves fault and remedy to a cluster whose brokers are not known', () => {
  const cluster = { name: 'arn:x', variable: 'MSK_CLUSTER_ARN' };
  const unknown = new BrokersUnknownError('no permission: give it', false);
  expect(kafkaUnavailable(cluster, 'answer', unknown).message).toBe(
    'Kafka at arn:x did not answer: no permission: give it',
  );
});

test('refuseFailure throws what the code means, and knows unknown codes', () => {
  expect(() => refuseFailure(0, 'x')).not.toThrow();
  expect(() => refuseFailure(10, 'partition 1 of t')).toThrow(
    /^partition 1 of t: MESSAGE_TOO_LARGE \(10\)/,
  );
  expect(new BrokerRefusal(6, 'x').retriable).toBe(true);
  expect(new BrokerRefusal(29, 'x').retriable).toBe(false);
  expect(new BrokerRefusal(9999, 'x').message).toContain('9999');
});
