import './mend-kafkajs.ts';
import kafkajs, { type KafkaConfig } from 'kafkajs';
import type { BrokerAddress } from './broker-address.ts';
import type RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/** kafkajs's connection to a broker, behind its public interface (src/network/connection.js). */
export interface RawConnection {
  readonly socket?: { destroy(): void };
  readonly requestQueue: RequestQueue;
  isConnected(): boolean;
  /** Never connects by itself, unlike the pool's method of that name. */
  send(call: {
    readonly request: object;
    readonly response: {
      readonly decode: (payload: Buffer) => Promise<unknown>;
      readonly parse: (data: unknown) => Promise<unknown>;
    };
    readonly logResponseError: boolean;
  }): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

/** kafkajs's broker (src/broker/index.js). Of its pool's two connections we use the first one only. */
export interface RawBroker {
  readonly connectionPool: { readonly pool: readonly RawConnection[] };
  connect(): Promise<void>;
}

export type RawBrokerFactory = (address: BrokerAddress) => Promise<RawBroker>;

export interface BrokerFactorySettings {
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
}

interface Cluster {
  readonly rootLogger: unknown;
  readonly connectionPoolBuilder: { build(address: BrokerAddress): Promise<unknown> };
  readonly brokerPool: { createBroker(options: object): RawBroker };
}

/** Makes kafkajs's broker objects, one by one and not connected, by what kafkajs keeps private. */
export function createBrokerFactory(settings: BrokerFactorySettings): RawBrokerFactory {
  const { clientId, connectTimeoutMs, ssl, sasl } = settings;
  const cluster = createCluster({
    brokers: ['unused:0'],
    clientId,
    connectionTimeout: connectTimeoutMs,
    authenticationTimeout: connectTimeoutMs,
    // Its own check is a timer ten times a second for each connection; we time every request ourselves.
    enforceRequestTimeout: false,
    retry: { retries: 0 },
    logLevel: kafkajs.logLevel.NOTHING,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  });
  return async (address) =>
    cluster.brokerPool.createBroker({
      connectionPool: await cluster.connectionPoolBuilder.build(address),
      logger: cluster.rootLogger,
    });
}

function createCluster(config: KafkaConfig): Cluster {
  const kafka = new kafkajs.Kafka(config) as unknown as Record<symbol, unknown>;
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create = symbol === undefined ? undefined : kafka[symbol];
  if (typeof create !== 'function') {
    throw new Error('kafkajs has no private:Kafka:createCluster: install the pinned version 2.2.4');
  }
  return (create as (options: object) => Cluster)({ allowAutoTopicCreation: false });
}
