import { brokerAddressText, type BrokerAddress } from './broker-address.ts';
import type { RawBroker, RawBrokerFactory, RawConnection } from './broker-factory.ts';
import { toError } from './kafka-error.ts';
import type { BrokerRequest } from './protocol.ts';

/** One connection to one broker. Once it failed it stays unusable: make a new one. */
export interface BrokerClient {
  readonly address: string;
  isUsable(): boolean;
  /** Epoch ms of the last answer (or of the connection). */
  lastUsedMs(): number;
  /** Rejects, and drops the client, where no answer comes within `timeoutMs` or the connection fails. */
  send<T>(request: BrokerRequest<T>, timeoutMs: number): Promise<T>;
  /** Gives up what is under way and closes the socket at once; what waits in this process is never written. */
  drop(reason: Error): void;
}

const ignore = (): void => undefined;

export interface ConnectOptions {
  readonly createBroker: RawBrokerFactory;
  readonly nowMs: () => number;
  readonly timeoutMs: number;
}

/** Connects to the broker. Rejects after `timeoutMs` at the latest. */
export async function connectBroker(
  address: BrokerAddress,
  { createBroker, nowMs, timeoutMs }: ConnectOptions,
): Promise<BrokerClient> {
  const text = brokerAddressText(address);
  const broker = createBroker(address);
  const [connection] = broker.connectionPool.pool;
  if (connection === undefined) throw new Error('kafkajs made a broker without connection');
  const client = clientOf(text, connection, nowMs);
  const connected = broker.connect();
  // It may come to a connection after we gave up.
  const dropLate = (): void => {
    if (!client.isUsable()) closeConnections(broker, new Error('given up'));
  };
  connected.then(dropLate, dropLate);
  try {
    await withinTime(connected, timeoutMs, `connecting to ${text}`);
    return client;
  } catch (error) {
    client.drop(toError(error));
    throw error;
  }
}

function clientOf(address: string, connection: RawConnection, nowMs: () => number): BrokerClient {
  let dropped = false;
  let lastUsedMs = nowMs();
  const renewSession = sessionRenewal(connection, nowMs);
  const drop = (reason: Error): void => {
    dropped = true;
    closeConnection(connection, reason);
  };
  return {
    address,
    isUsable: () => !dropped && connection.isConnected(),
    lastUsedMs: () => lastUsedMs,
    drop,
    async send<T>({ name, request, decode }: BrokerRequest<T>, timeoutMs: number): Promise<T> {
      if (dropped) throw new Error(`the connection to ${address} was given up`);
      renewSession();
      const parse = (data: unknown): Promise<unknown> => Promise.resolve(data);
      const answer = connection.send({
        request,
        response: { decode, parse },
        logResponseError: false,
      });
      try {
        const data = await withinTime(answer, timeoutMs, `${name} at ${address}`);
        lastUsedMs = nowMs();
        return data as T;
      } catch (error) {
        drop(toError(error));
        throw error;
      }
    },
  };
}

/** The broker closes a connection whose session is over (KIP-368), and the clocks may differ a little. */
const SESSION_SHARE = 0.9;

/**
 * To be called before each request: lets the connection authenticate anew, with a fresh token, before its session is
 * over. By the wall clock, which goes on while the environment is frozen; kafkajs's own stands still then. A session that
 * ended all the same costs a closed connection, which is replaced at the next use.
 */
function sessionRenewal(connection: RawConnection, nowMs: () => number): () => void {
  let authenticatedMs = nowMs();
  return () => {
    const lifetimeMs = connection.sessionLifetime.toNumber();
    if (lifetimeMs === 0 || nowMs() - authenticatedMs < lifetimeMs * SESSION_SHARE) return;
    connection.authenticatedAt = null;
    authenticatedMs = nowMs();
  };
}

function closeConnections(broker: RawBroker, reason: Error): void {
  for (const connection of broker.connectionPool.pool) closeConnection(connection, reason);
}

/**
 * kafkajs's own `disconnect` waits for what is pending and ends the socket politely, which flushes what it still
 * holds: so pending requests are rejected first, and the socket is destroyed.
 */
function closeConnection(connection: RawConnection, reason: Error): void {
  connection.requestQueue.rejectAll(reason);
  connection.disconnect().catch(ignore);
  connection.socket?.destroy();
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  work.catch(ignore);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what}: no answer within ${Math.ceil(timeoutMs)} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
