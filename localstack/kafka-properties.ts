import { COPY_BYTES_MAX, RETENTION_MS } from '../infra/topics.ts';
import { LOOPBACK } from './ports.ts';

export interface BrokerSettings {
  readonly dataDir: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Settings of the caller's own, which count before ours. */
  readonly own?: BrokerOwnProperties | undefined;
}

export type BrokerOwnProperties = (ports: {
  readonly port: number;
  readonly controllerPort: number;
}) => Readonly<Record<string, string | number>>;

/**
 * server.properties of a broker that is its own controller (KRaft), for one machine: loopback only, everything once,
 * nothing created by itself, quick to start and to come back.
 * Names: https://kafka.apache.org/41/configuration/broker-configs/
 */
export function brokerProperties({ dataDir, port, controllerPort, own }: BrokerSettings): string {
  const properties: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${LOOPBACK}:${controllerPort}`,
    listeners: `PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': dataDir,

    'auto.create.topics.enable': 'false', // As on MSK Express and Serverless.
    'message.max.bytes': COPY_BYTES_MAX,
    'replica.fetch.max.bytes': COPY_BYTES_MAX,
    'socket.request.max.bytes': 104_857_600,

    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': 1,
    'offsets.retention.minutes': RETENTION_MS / 60_000, // As long as the records are kept.
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,

    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // A broker that was killed is known again at once, not after the 9 s of its former session.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,

    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'log.index.size.max.bytes': 1_048_576,
    ...own?.({ port, controllerPort }),
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escape(String(value))}\n`)
    .join('');
}

/** A backslash begins an escape in a properties file (java.util.Properties#load). */
function escape(value: string): string {
  return value.replaceAll('\\', '\\\\');
}
