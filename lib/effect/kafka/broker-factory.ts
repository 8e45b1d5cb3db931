import './mend-kafkajs.ts';
import type { KafkaConfig } from 'kafkajs';
import Broker from 'kafkajs/src/broker/index.js';
import type RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import ConnectionPool from 'kafkajs/src/network/connectionPool.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import type { BrokerAddress } from './broker-address.ts';
import { SILENT_LOGGER } from './silent-logger.ts';

/** kafkajs's connection to a broker, behind its public interface (src/network/connection.js). */
export interface RawConnection {
  readonly socket?: { destroy(): void };
  readonly requestQueue: RequestQueue;
  /** How long what was authenticated holds, in ms; 0 = for good, or nothing was (KIP-368). */
  readonly sessionLifetime: { toNumber(): number };
  /** Set to null, it authenticates anew before the next request. */
  authenticatedAt: unknown;
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

export type RawBrokerFactory = (address: BrokerAddress) => RawBroker;

export interface BrokerFactorySettings {
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  readonly ssl?: KafkaConfig['ssl'] | undefined;
  readonly sasl?: KafkaConfig['sasl'] | undefined;
}

/** Never: a session is renewed by the wall clock (broker-client.ts), not by kafkajs, whose clock may stand still. */
const RENEW_NEVER_MS = -(2 ** 52);

/** Makes kafkajs's broker objects, one by one and not connected. */
export function createBrokerFactory(settings: BrokerFactorySettings): RawBrokerFactory {
  const { clientId, connectTimeoutMs, ssl, sasl } = settings;
  const socketFactory = createSocketFactory();
  return ({ host, port }) => {
    const connectionPool = new ConnectionPool({
      host,
      port,
      ssl,
      sasl,
      clientId,
      socketFactory,
      connectionTimeout: connectTimeoutMs,
      reauthenticationThreshold: RENEW_NEVER_MS,
      // Its own check is a timer ten times a second for each connection; we time every request ourselves.
      enforceRequestTimeout: false,
      logger: SILENT_LOGGER,
    });
    const options = { connectionPool, logger: SILENT_LOGGER };
    return new Broker({ ...options, authenticationTimeout: connectTimeoutMs });
  };
}
