import { expect, it } from 'vitest';
import { stackEnvironment } from '../../../localstack/plugin.ts';

it('goes by the person’s environment before the service’s, and by the command line before both', () => {
  const env = stackEnvironment(
    { DLQ_MAX_RETRIES: '5', API_PORT: '1' },
    { DLQ_MAX_RETRIES: '3', KAFKA_DLQ_TOPIC: 'dlq' },
    { httpPort: '2' },
  );

  expect(env).toMatchObject({ DLQ_MAX_RETRIES: '5', KAFKA_DLQ_TOPIC: 'dlq', API_PORT: '2' });
});

it('takes neither addresses nor the simulation from what a deployment would get', () => {
  const env = stackEnvironment(
    {},
    { KAFKA_BROKERS: 'b-1.msk:9098', ORDER_FAILURE_SIMULATION: 'off', TABLE: { Ref: 'Orders' } },
    {},
  );

  expect(env).toEqual({});
});
