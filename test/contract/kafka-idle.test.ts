import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parseBrokerAddress, type BrokerAddress } from '../../lib/effect/kafka/broker-address.ts';
import { createBrokerClients, type BrokerClients } from '../../lib/effect/kafka/broker-clients.ts';
import { createBrokerFactory } from '../../lib/effect/kafka/broker-factory.ts';
import { metadataRequest } from '../../lib/effect/kafka/protocol.ts';

/** A load balancer forgets a connection after 350 s without a word, and tells nobody. */
const FORGOTTEN_AFTER_MS = 350_000;
const ANSWER_MS = 5_000;

let nowMs = 1_000_000;
let connections = 0;
let clients: BrokerClients;
beforeAll(() => {
  const createBroker = createBrokerFactory({ clientId: 'test', connectTimeoutMs: ANSWER_MS });
  const entrance = {
    seeds: inject('kafkaBrokers').split(',').map(parseBrokerAddress),
    createBroker: (address: BrokerAddress) => {
      connections += 1;
      return createBroker(address);
    },
  };
  clients = createBrokerClients({
    entrance: () => Promise.resolve(entrance),
    onNobody: () => undefined,
    connectTimeoutMs: ANSWER_MS,
    nowMs: () => nowMs,
  });
});
afterAll(() => clients.dropAll(new Error('the test has ended')));

async function ask(): Promise<void> {
  const client = await clients.any(nowMs + ANSWER_MS);
  await client.send(metadataRequest('no-topic'), ANSWER_MS);
}

test('a connection in use is kept, one that was idle for long is replaced before anything is sent on it', async () => {
  await ask();
  for (let minute = 0; minute < 10; minute++) {
    nowMs += 60_000;
    await ask();
  }
  expect(connections).toBe(1);

  nowMs += FORGOTTEN_AFTER_MS;
  await ask();
  expect(connections).toBe(2);

  nowMs += 60_000;
  await ask();
  expect(connections).toBe(2);
});
