import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { brokersOf } from '../../../cli/brokers.ts';
import { writeEndpoints } from '../../../localstack/endpoints.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'brokers-'));
  const none = { api: '', lambda: '', schemaRegistry: '', dynamodb: '' };
  writeEndpoints(dir, { ...none, kafka: '127.0.0.1:9092' });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('are those of KAFKA_BROKERS, else those of the stack that is up', () => {
  expect(brokersOf({ LOCALSTACK_DIR: dir, KAFKA_BROKERS: 'a:1, b:2' })).toEqual(['a:1', 'b:2']);
  expect(brokersOf({ LOCALSTACK_DIR: dir, KAFKA_BROKERS: '' })).toEqual(['127.0.0.1:9092']);
});

it('where there are none, what to do is said', () => {
  expect(() => brokersOf({ LOCALSTACK_DIR: join(dir, 'none') })).toThrow(/No Kafka to talk to/);
});

it('a KAFKA_BROKERS that is no list of brokers is refused before anything is asked', () => {
  expect(() => brokersOf({ KAFKA_BROKERS: 'nonsense' })).toThrow(
    /KAFKA_BROKERS has "nonsense": write host:port/,
  );
});
