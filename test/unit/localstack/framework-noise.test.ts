import { expect, it } from 'vitest';
import { isFrameworkNoise } from '../../../localstack/framework-noise.ts';

it.each([
  '',
  'Starting Offline at stage dev (us-east-1)',
  'Offline [http for lambda] listening on http://127.0.0.1:3002',
  'Function names exposed for local invocation by aws-sdk:',
  '   * create-order: order-service-dev-create-order',
  '  │   POST | http://127.0.0.1:8000/api/create-order                    │',
  'Server ready: http://127.0.0.1:8000 🚀',
  'POST /api/create-order (λ: create-order)',
  '(λ: create-order) RequestId: b49  Duration: 382.96 ms  Billed Duration: 383 ms',
  '\u001b[90m(λ: create-order) RequestId: b49  Duration: 382.96 ms  Billed Duration: 383 ms\u001b[39m',
  '\u001b[33m┌──────\u001b[39m',
])('"%s" is noise', (line) => {
  expect(isFrameworkNoise(line)).toBe(true);
});

it.each([
  'Kafka on 127.0.0.1:9092 (2.1 s), log: kafka.log',
  'Warning: order-service-group cannot join',
  'Error: Port 8000 is taken',
  'topics created: order-events',
])('"%s" is shown', (line) => {
  expect(isFrameworkNoise(line)).toBe(false);
});
