import { systemClock } from '../system-clock.ts';
import { parseBrokerAddress, type BrokerAddress } from './broker-address.ts';
import type { BrokerClient } from './broker-client.ts';
import { createBrokerClients, type BrokerEntrance } from './broker-clients.ts';
import { createBrokerFactory } from './broker-factory.ts';
import { namedBrokers, type BrokerAccess, type BrokerSource } from './broker-source.ts';
import { metadataRequest, type BrokerRequest } from './protocol.ts';
import { createTopicCache, type TopicLayout } from './topic-cache.ts';
import { serially } from './serially.ts';
import type { Clock } from '../../ports/clock.ts';

/** `brokers` names them; a `source` finds them when they are first needed. */
export type KafkaConnectionSettings = ConnectionSettings &
  (BrokerAccess | { readonly source: BrokerSource });

interface ConnectionSettings {
  readonly clientId: string;
  readonly connectTimeoutMs?: number;
  readonly clock?: Pick<Clock, 'nowMs'>;
  /** How long one request may take. */
  readonly requestTimeoutMs?: number;
  readonly metadataAgeMaxMs?: number;
}

/**
 * The one connection of an execution environment to the cluster. It connects when it is first used; nothing in it
 * retries, and a connection that failed is replaced at the next use. Deadlines are epoch ms.
 */
export interface KafkaConnection {
  /** For what a person is told. */
  readonly cluster: Pick<BrokerSource, 'name' | 'variable'>;
  /** Partitions and leaders of the topic; undefined where the cluster does not know it. */
  topic(name: string, deadlineMs: number): Promise<TopicLayout | undefined>;
  /** Ask the cluster again at the next use: what we know of the topic proved wrong. */
  forgetTopic(name: string): void;
  /** The connected broker: a node id (from `topic`), an address, or whichever is up. */
  broker(which: number | BrokerAddress | 'any', deadlineMs: number): Promise<BrokerClient>;
  /** Sends one request; rejects after `requestTimeoutMs`, or at the deadline if that comes first. */
  send<T>(to: BrokerClient, request: BrokerRequest<T>, deadlineMs: number): Promise<T>;
  /** How long a request that is sent now may take. */
  requestTimeoutMs(deadlineMs: number): number;
  /** Runs tasks one after the other. */
  serially<T>(task: () => Promise<T>): Promise<T>;
  /** Closes every connection at once; what waits to be written never is. The next use connects anew. */
  drop(reason: Error): void;
  /** Closes for good. */
  close(): void;
}

export function createKafkaConnection(settings: KafkaConnectionSettings): KafkaConnection {
  const { clientId, requestTimeoutMs = 3_000, connectTimeoutMs = 3_000 } = settings;
  const source = 'source' in settings ? settings.source : namedBrokers(settings);
  const clock = settings.clock ?? systemClock;
  const nowMs = (): number => clock.nowMs();
  const clients = createBrokerClients({
    entrance: entranceBy(source, { clientId, connectTimeoutMs }),
    onNobody: () => source.doubt(),
    connectTimeoutMs,
    nowMs,
  });
  let nodes: ReadonlyMap<number, BrokerAddress> = new Map();
  let closed = false;

  const timeoutMs = (deadlineMs: number): number =>
    Math.min(requestTimeoutMs, deadlineMs - nowMs());

  async function send<T>(to: BrokerClient, request: BrokerRequest<T>, deadlineMs: number) {
    const leftMs = timeoutMs(deadlineMs);
    if (leftMs <= 0) throw new Error(`no time is left for ${request.name} at ${to.address}`);
    return to.send(request, leftMs);
  }

  async function broker(which: number | BrokerAddress | 'any', deadlineMs: number) {
    if (closed) throw new Error('the Kafka connection is closed');
    if (which === 'any') return clients.any(deadlineMs);
    if (typeof which === 'object') return clients.at(which, deadlineMs);
    const address = nodes.get(which);
    if (address === undefined) throw new Error(`broker ${which} is not in the cluster's metadata`);
    return clients.at(address, deadlineMs);
  }

  const topics = createTopicCache({
    ageMaxMs: settings.metadataAgeMaxMs ?? 300_000,
    nowMs,
    async fetch(topic, deadlineMs) {
      const metadata = await send(
        await broker('any', deadlineMs),
        metadataRequest(topic),
        deadlineMs,
      );
      nodes = new Map(metadata.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
      clients.know([...nodes.values()]);
      return metadata;
    },
  });

  const drop = (reason: Error): void => clients.dropAll(reason);
  return {
    cluster: source,
    topic: (name, deadlineMs) => topics.layout(name, deadlineMs),
    forgetTopic: (name) => topics.forget(name),
    broker,
    send,
    requestTimeoutMs: timeoutMs,
    serially: serially(),
    drop,
    close() {
      closed = true;
      drop(new Error('the Kafka connection is closed'));
    },
  };
}

/** Made anew where the source finds others. */
function entranceBy(
  source: BrokerSource,
  settings: { readonly clientId: string; readonly connectTimeoutMs: number },
): () => Promise<BrokerEntrance> {
  let last: { readonly access: BrokerAccess; readonly entrance: BrokerEntrance } | undefined;
  return async () => {
    const access = await source.find();
    if (last?.access === access) return last.entrance;
    const { brokers, ssl, sasl } = access;
    const entrance = {
      seeds: brokers.map(parseBrokerAddress),
      createBroker: createBrokerFactory({ ...settings, ssl, sasl }),
    };
    last = { access, entrance };
    return entrance;
  };
}
