import { expect, it } from 'vitest';
import { brokerProperties } from '../../../localstack/kafka-properties.ts';

const text = brokerProperties({ dataDir: String.raw`/data\x`, port: 9092, controllerPort: 9093 });
const properties = new Map(
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/=(.*)/s, 2) as [string, string]),
);

it('listens on loopback alone', () => {
  const addresses = ['listeners', 'advertised.listeners', 'controller.quorum.voters'].map((name) =>
    properties.get(name),
  );

  expect(addresses.join(' ').match(/[\w.]+(?=:\d+)/g)).toEqual(Array(4).fill('127.0.0.1'));
});

it('creates no topic by itself, and lets the largest record through everywhere', () => {
  expect(properties.get('auto.create.topics.enable')).toBe('false');
  expect(Number(properties.get('message.max.bytes'))).toBe(8 * 1024 * 1024);
  expect(Number(properties.get('replica.fetch.max.bytes'))).toBe(8 * 1024 * 1024);
  expect(Number(properties.get('socket.request.max.bytes'))).toBeGreaterThan(8 * 1024 * 1024);
});

it('writes a backslash so that Java reads one', () => {
  expect(properties.get('log.dirs')).toBe(String.raw`/data\\x`);
});
