import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newClusterId } from '../../localstack/cluster-id.ts';
import { type GuardedProcess, startGuarded } from '../../localstack/guarded-process.ts';
import { javaCommand } from '../../localstack/java.ts';
import { kafkaHealthy } from '../../localstack/kafka-health.ts';
import { ensureKafkaJars } from '../../localstack/kafka-jars.ts';
import { brokerProperties } from '../../localstack/kafka-properties.ts';
import { freePort, LOOPBACK } from '../../localstack/ports.ts';
import { testDir } from './test-stack.ts';

/** Two brokers, so that leaders can move. The first is the controller as well, and stays up. */
export interface TestCluster {
  /** `host:port` of both. */
  readonly brokers: string;
  readonly logFiles: readonly string[];
  /** SIGKILL of the second broker. */
  killSecond(): Promise<void>;
  startSecond(): Promise<void>;
  /** Stops both and removes their data. */
  [Symbol.asyncDispose](): Promise<void>;
}

interface Node {
  readonly id: number;
  readonly port: number;
  readonly logFile: string;
  process: GuardedProcess | undefined;
}

/** About 8 s. Partitions go back to the broker that is first in their list of replicas, within about a second. */
export async function startTestCluster(): Promise<TestCluster> {
  const dir = mkdtempSync(join(testDir(), 'cluster-'));
  const jarsDir = await ensureKafkaJars(process.env, () => undefined);
  const controllerPort = await freePort();
  const nodes = await Promise.all(
    [1, 2].map(async (id): Promise<Node> => {
      mkdirSync(join(dir, String(id)));
      const logFile = `${dir}-${id}.log`;
      return { id, port: await freePort(), logFile, process: undefined };
    }),
  );
  const [first, second] = nodes as [Node, Node];
  const propertiesOf = ({ id }: Node) => join(dir, `${id}.properties`);
  const java = ({ logFile }: Node, args: readonly string[]) =>
    startGuarded({
      command: javaCommand(process.env),
      args: ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-cp', join(jarsDir, '*'), ...args],
      logFile,
      env: { ...process.env },
    });
  const start = async (node: Node) => {
    node.process = await java(node, ['kafka.Kafka', propertiesOf(node)]);
    const isUp = await kafkaHealthy(`${LOOPBACK}:${node.port}`, 60_000);
    if (!isUp) throw new Error(`broker ${node.id} does not answer: see ${node.logFile}`);
  };

  const clusterId = newClusterId();
  await Promise.all(
    nodes.map(async (node) => {
      const dataDir = join(dir, String(node.id), 'data');
      writeFileSync(propertiesOf(node), propertiesText(node, dataDir, controllerPort));
      const format = ['format', '-t', clusterId, '-c', propertiesOf(node)];
      const { code } = await (await java(node, ['kafka.tools.StorageTool', ...format])).exited;
      if (code !== 0) throw new Error(`could not format: see ${node.logFile}`);
    }),
  );
  await start(first);
  await start(second);
  return {
    brokers: nodes.map(({ port }) => `${LOOPBACK}:${port}`).join(','),
    logFiles: nodes.map(({ logFile }) => logFile),
    async killSecond() {
      second.process?.signal('SIGKILL');
      await second.process?.exited;
    },
    startSecond: () => start(second),
    async [Symbol.asyncDispose]() {
      for (const node of [second, first]) await node.process?.stop(10_000);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The local stack's settings, with what two brokers need; in a properties file the last line of a name counts. */
function propertiesText({ id, port }: Node, dataDir: string, controllerPort: number): string {
  const own = {
    'node.id': id,
    'controller.quorum.voters': `1@${LOOPBACK}:${controllerPort}`,
    'leader.imbalance.check.interval.seconds': 1,
    'leader.imbalance.per.broker.percentage': 0,
    'replica.lag.time.max.ms': 3_000,
    ...(id > 1 && { 'process.roles': 'broker', listeners: `PLAINTEXT://${LOOPBACK}:${port}` }),
  };
  const lines = Object.entries(own).map(([name, value]) => `${name}=${value}\n`);
  return brokerProperties({ dataDir, port, controllerPort }) + lines.join('');
}
