import { expect, it } from 'vitest';
import { stackSettings } from '../../../localstack/settings.ts';

it('has the ports that the documentation names', () => {
  const { ports, faults, kafkaBrokers } = stackSettings({ API_PORT: '' });

  expect(Object.values(ports)).toEqual([
    { variable: 'API_PORT', port: 8000 },
    { variable: 'LAMBDA_PORT', port: 3002 },
    { variable: 'KAFKA_PORT', port: 9092 },
    { variable: 'SCHEMA_REGISTRY_PORT', port: 8081 },
    { variable: 'DYNAMODB_PORT', port: 8001 },
  ]);
  expect(faults).toEqual([]);
  expect(kafkaBrokers).toBeUndefined();
});

it('takes 0 for any port, for several at once', () => {
  const { ports, faults } = stackSettings({ API_PORT: '0', KAFKA_PORT: '0', LAMBDA_PORT: '65535' });

  expect([ports.api.port, ports.kafka.port, ports.lambda.port]).toEqual([0, 0, 65_535]);
  expect(faults).toEqual([]);
});

it.each(['x', '-1', '65536', '80a', '1e3', ' 80'])(
  'refuses the port "%s" and names the variable',
  (text) => {
    const { faults, ports } = stackSettings({ KAFKA_PORT: text });
    expect(faults).toEqual([expect.stringContaining(`KAFKA_PORT is "${text}"`)]);
    // So that nobody is told of the default's being taken on top.
    expect(ports.kafka.port).toBe(0);
  },
);
