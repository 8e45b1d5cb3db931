import type { BrokerAccess, BrokerSource } from './broker-source.ts';
import { chooseBrokers, type BootstrapBrokers, type KafkaAuth } from './msk-brokers.ts';
import { oauthBearer, type TokenOf } from './oauth-bearer.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Clock } from '../../ports/clock.ts';

export interface MskSourceDeps {
  readonly clusterArn: string;
  /** Undefined: the best that the cluster offers. */
  readonly auth: KafkaAuth | undefined;
  /** Asks AWS once. Rejects with BrokersUnknownError. */
  readonly ask: (clusterArn: string) => Promise<BootstrapBrokers>;
  readonly tokenOf: TokenOf;
  readonly clock: Clock;
}

/** Brokers of a cluster that was scaled or moved differ; this often it is worth a question. */
const ASK_AGAIN_MS = 30_000;

/**
 * Asks AWS for a cluster's brokers when they are first needed, once for all who need them, and again where none of them
 * can be connected to any more. A failure is not remembered, it only spaces the next question; brokers that were found
 * once are kept until others are.
 */
export function createMskSource(deps: MskSourceDeps): BrokerSource {
  const { clusterArn, clock } = deps;
  let found: { readonly access: BrokerAccess; readonly atMs: number } | undefined;
  let asking: Promise<BrokerAccess> | undefined;
  let isDoubted = false;
  let failures = 0;
  let notBeforeMs = 0;

  async function ask(): Promise<BrokerAccess> {
    await clock.sleep(Math.max(0, notBeforeMs - clock.nowMs()));
    try {
      const offered = await deps.ask(clusterArn);
      const { auth, brokers } = chooseBrokers(offered, deps.auth);
      failures = 0;
      return accessTo(brokers, auth, deps.tokenOf);
    } catch (error) {
      failures += 1;
      notBeforeMs = clock.nowMs() + retryDelayMs(failures, Math.random());
      if (found === undefined) throw error;
      return found.access;
    }
  }

  return {
    name: clusterArn,
    variable: 'MSK_CLUSTER_ARN',
    async find() {
      const isOld = found !== undefined && clock.nowMs() - found.atMs >= ASK_AGAIN_MS;
      if (found !== undefined && !(isDoubted && isOld)) return found.access;
      asking ??= ask().finally(() => (asking = undefined));
      const access = await asking;
      found = { access, atMs: clock.nowMs() };
      isDoubted = false;
      return access;
    },
    doubt() {
      isDoubted = true;
    },
  };
}

/** What the connection needs to know to speak to the brokers. */
export function accessTo(
  brokers: readonly string[],
  auth: KafkaAuth,
  tokenOf: TokenOf,
): BrokerAccess {
  if (auth === 'none') return { brokers };
  return { brokers, ssl: true, ...(auth === 'iam' && { sasl: oauthBearer(tokenOf) }) };
}
