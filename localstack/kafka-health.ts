import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { withAdmin } from './kafka-admin.ts';

const ASK_EVERY_MS = 100;

/**
 * Waits until the brokers answer and know each other.
 * @param clusterId whose brokers they have to be; undefined: anybody's
 * @returns true as soon as they do; false after `timeoutMs`, or when the signal aborts
 */
export async function kafkaHealthy(
  brokers: string,
  timeoutMs: number,
  signal?: AbortSignal,
  clusterId?: string,
): Promise<boolean> {
  const untilMs = Date.now() + timeoutMs;
  while (Date.now() < untilMs && signal?.aborted !== true) {
    if ((await accepts(brokers)) && (await answers(brokers, clusterId))) return true;
    await sleep(ASK_EVERY_MS);
  }
  return false;
}

/** Asks for the port first: a refused connection costs a millisecond, a client's own attempts cost seconds. */
async function accepts(brokers: string): Promise<boolean> {
  const [first = ''] = brokers.split(',');
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(first.trim()) ?? [];
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: 2000 });
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}

async function answers(brokers: string, clusterId: string | undefined): Promise<boolean> {
  try {
    const cluster = await withAdmin(brokers, (admin) => admin.describeCluster());
    if (clusterId !== undefined && cluster.clusterId !== clusterId) return false;
    return cluster.brokers.length > 0 && cluster.controller !== null;
  } catch {
    return false;
  }
}

/**
 * Waits until consumer groups can be had. The first question makes a new broker create the topic of their offsets, and
 * until that has leaders, every client that joins is told that there is no coordinator.
 * @returns true as soon as they can; false after `timeoutMs`, or when the signal aborts
 */
export async function groupsReady(
  brokers: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const untilMs = Date.now() + timeoutMs;
  return withAdmin(brokers, async (admin) => {
    while (Date.now() < untilMs && signal?.aborted !== true) {
      const answer = await admin.describeGroups(['order-service-start']).catch(() => undefined);
      if (answer !== undefined) return true;
      await sleep(ASK_EVERY_MS);
    }
    return false;
  }).catch(() => false);
}
