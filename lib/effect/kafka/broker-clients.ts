import { setImmediate } from 'node:timers/promises';
import { brokerAddressText, type BrokerAddress } from './broker-address.ts';
import { connectBroker, type BrokerClient } from './broker-client.ts';
import type { RawBrokerFactory } from './broker-factory.ts';
import { toError } from './kafka-error.ts';

/** Brokers to begin with, and what makes connections to these and all others of their cluster. */
export interface BrokerEntrance {
  readonly seeds: readonly BrokerAddress[];
  readonly createBroker: RawBrokerFactory;
}

export interface BrokerClientsOptions {
  /** Asked at every new connection. */
  readonly entrance: () => Promise<BrokerEntrance>;
  /** Called where every broker was tried and none could be connected to. */
  readonly onNobody: () => void;
  readonly connectTimeoutMs: number;
  readonly nowMs: () => number;
}

/** The connected brokers, at most one connection to each. */
export interface BrokerClients {
  /** Rejects where the broker cannot be connected to before the deadline. */
  at(address: BrokerAddress, deadlineMs: number): Promise<BrokerClient>;
  /** Any broker that can be connected to: a connected one, else a known one, else a seed. */
  any(deadlineMs: number): Promise<BrokerClient>;
  /** The brokers that the cluster names. */
  know(addresses: readonly BrokerAddress[]): void;
  dropAll(reason: Error): void;
}

/** After this the process may have been frozen: a close by the broker may wait to be noticed. */
const LOOK_AGAIN_MS = 1_000;
/** Load balancers forget idle connections after 350 s, brokers after 10 min. */
const IDLE_MAX_MS = 240_000;

export function createBrokerClients(options: BrokerClientsOptions): BrokerClients {
  const { entrance, onNobody, connectTimeoutMs, nowMs } = options;
  const connections = new Map<string, Promise<BrokerClient>>();
  const usable = new Map<string, BrokerClient>();
  let known: readonly BrokerAddress[] = [];
  let nextSeed = 0;

  /** The connected client, unless it turned out to be stale. */
  async function connected(address: string): Promise<BrokerClient | undefined> {
    const client = usable.get(address);
    if (client === undefined) return undefined;
    const idleMs = nowMs() - client.lastUsedMs();
    if (idleMs > LOOK_AGAIN_MS) await wholeTurn();
    if (client.isUsable() && idleMs < IDLE_MAX_MS) return client;
    client.drop(new Error('idle for too long'));
    if (usable.get(address) === client) usable.delete(address);
    return undefined;
  }

  async function open(address: BrokerAddress, deadlineMs: number): Promise<BrokerClient> {
    const { createBroker } = await entrance();
    const timeoutMs = Math.min(connectTimeoutMs, deadlineMs - nowMs());
    if (timeoutMs <= 0)
      throw new Error(`no time is left to connect to ${brokerAddressText(address)}`);
    return connectBroker(address, { createBroker, nowMs, timeoutMs });
  }

  async function connect(address: BrokerAddress, deadlineMs: number): Promise<BrokerClient> {
    const text = brokerAddressText(address);
    const connection = open(address, deadlineMs);
    connections.set(text, connection);
    try {
      const client = await connection;
      if (connections.get(text) !== connection) {
        client.drop(new Error('given up while connecting'));
        throw new Error(`the connection to ${text} was given up`);
      }
      usable.set(text, client);
      return client;
    } finally {
      if (connections.get(text) === connection) connections.delete(text);
    }
  }

  async function at(address: BrokerAddress, deadlineMs: number): Promise<BrokerClient> {
    const text = brokerAddressText(address);
    const client = await connected(text);
    return client ?? connections.get(text) ?? connect(address, deadlineMs);
  }

  async function any(deadlineMs: number): Promise<BrokerClient> {
    for (const address of usable.keys()) {
      const client = await connected(address);
      if (client !== undefined) return client;
    }
    const { seeds } = await entrance();
    let fault = new Error('no brokers are configured');
    for (const address of distinct([...known, ...rotate(seeds, nextSeed++)])) {
      try {
        return await at(address, deadlineMs);
      } catch (error) {
        fault = toError(error);
      }
    }
    if (nowMs() < deadlineMs) onNobody();
    throw fault;
  }

  return {
    at,
    any,
    know: (addresses) => {
      known = addresses;
    },
    dropAll(reason) {
      for (const client of usable.values()) client.drop(reason);
      usable.clear();
      // Those being connected are dropped as soon as they are.
      connections.clear();
    },
  };
}

/**
 * Lets the events that piled up while the process was frozen be handled. One immediate is too early where it was frozen
 * with an event already in its hands: those that came later are looked for in the next turn of the event loop.
 */
async function wholeTurn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

function distinct(addresses: readonly BrokerAddress[]): Iterable<BrokerAddress> {
  return new Map(addresses.map((address) => [brokerAddressText(address), address])).values();
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const at = by % Math.max(1, items.length);
  return [...items.slice(at), ...items.slice(0, at)];
}
