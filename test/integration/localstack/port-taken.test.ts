import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startDynamoDb } from '../../../localstack/dynamodb.ts';
import { ensureKafkaJars } from '../../../localstack/kafka-jars.ts';
import { startKafka } from '../../../localstack/kafka.ts';
import { ensureRegistryJars } from '../../../localstack/registry-jars.ts';
import { startSchemaRegistry } from '../../../localstack/schema-registry.ts';
import { testDir } from '../../support/test-stack.ts';

const dir = mkdtempSync(join(testDir(), 'port-taken-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const quiet = () => undefined;
const filesOf = (name: string) => ({
  dataDir: join(dir, name),
  logFile: join(dir, `${name}.log`),
});

/** Each server, started with files of its own on a port (0 = any free one). */
const SERVERS = {
  Kafka: async (name: string, port: number) => {
    const jarsDir = await ensureKafkaJars(process.env, quiet);
    return startKafka({ ...filesOf(`kafka-${name}`), port, jarsDir });
  },
  'the schema registry': async (name: string, port: number) => {
    const jarsDir = await ensureRegistryJars(process.env, quiet);
    return startSchemaRegistry({ ...filesOf(`registry-${name}`), port, jarsDir });
  },
  'the DynamoDB stand-in': async (name: string, port: number) => {
    const server = await startDynamoDb({ ...filesOf(`dynamodb-${name}`), port, tables: [] });
    return { ...server, port: Number(new URL(server.endpoint).port) };
  },
};

// Its port was free when the start looked, and another start was quicker: that one's server answers as ours would.
it.each(Object.entries(SERVERS))(
  '%s does not count as up where another start’s server has its port',
  async (_name, start) => {
    const quicker = await start('quicker', 0);
    try {
      await expect(start('slower', quicker.port)).rejects.toThrow(/in use|EADDRINUSE/);
    } finally {
      await quicker.stop();
    }
  },
);
