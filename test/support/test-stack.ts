import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tableInputs } from '../../infra/tables.ts';
import { parseConfig } from '../../lib/config.ts';
import { startDynamoDb } from '../../localstack/dynamodb.ts';
import { ensureKafkaJars } from '../../localstack/kafka-jars.ts';
import { startKafka } from '../../localstack/kafka.ts';
import { PROJECT_DIR } from '../../localstack/paths.ts';
import { ensureRegistryJars } from '../../localstack/registry-jars.ts';
import { startSchemaRegistry } from '../../localstack/schema-registry.ts';
import { fetchProgress } from '../../localstack/progress.ts';
import { identityOf } from '../../localstack/process-identity.ts';
import { bundleFunctions } from '../../plugins/bundle-functions.ts';
import { testLogDir } from './test-groups.ts';

export interface TestStack {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly dynamodbEndpoint: string;
  /** Folder of the bundled functions: `<name>.cjs` for each. */
  readonly bundleDir: string;
  readonly logFiles: readonly string[];
  /** Stops all of it and removes the data; the logs stay until the next run. */
  stop(): Promise<void>;
}

/** All processes of one `npm test` share a folder; a vitest that was started by hand has one for each process. */
const RUN = process.env['TEST_RUN'] ?? String(process.pid);

/** Logs are worth something until somebody has read them. */
const KEEP_MS = 60 * 60 * 1000;

/** A folder of this run for throw-away data; folders that ended processes left an hour ago are removed. */
export function testDir(): string {
  const dir = testLogDir(PROJECT_DIR, RUN);
  mkdirSync(dir, { recursive: true });
  for (const name of readdirSync(dirname(dir))) {
    const other = join(dirname(dir), name);
    const old = Date.now() - (statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? 0) > KEEP_MS;
    if (old && identityOf(Number(name)) === undefined)
      rmSync(other, { recursive: true, force: true });
  }
  return dir;
}

/** Starts a throw-away broker, schema registry and DynamoDB stand-in on free ports, and bundles the functions. */
export async function startTestStack(): Promise<TestStack> {
  const dir = testDir();
  const say = (line: string) => console.error(line);
  const jarsDir = await ensureKafkaJars(process.env, fetchProgress(say));
  const registryJarsDir = await ensureRegistryJars(process.env, fetchProgress(say));
  const [kafka, registry, dynamodb, bundles] = await Promise.allSettled([
    startKafka({ dataDir: join(dir, 'kafka'), port: 0, logFile: join(dir, 'kafka.log'), jarsDir }),
    startSchemaRegistry({
      dataDir: join(dir, 'schema-registry'),
      port: 0,
      logFile: join(dir, 'schema-registry.log'),
      jarsDir: registryJarsDir,
    }),
    startDynamoDb({
      dataDir: join(dir, 'dynamodb'),
      inMemory: true,
      port: 0,
      logFile: join(dir, 'dynamodb.log'),
      tables: tableInputs(parseConfig({})),
    }),
    bundle(join(PROJECT_DIR, '.build', 'test')),
  ]);
  const stop = async () => {
    const running = [kafka, registry, dynamodb].filter((started) => started.status === 'fulfilled');
    await Promise.all(running.map((started) => started.value.stop()));
    rmSync(join(dir, 'kafka'), { recursive: true, force: true });
    rmSync(join(dir, 'schema-registry'), { recursive: true, force: true });
    rmSync(join(dir, 'dynamodb'), { recursive: true, force: true });
  };
  if (
    kafka.status === 'fulfilled' &&
    registry.status === 'fulfilled' &&
    dynamodb.status === 'fulfilled' &&
    bundles.status === 'fulfilled'
  ) {
    return {
      kafkaBrokers: kafka.value.brokers,
      schemaRegistryUrl: registry.value.url,
      dynamodbEndpoint: dynamodb.value.endpoint,
      bundleDir: bundles.value,
      logFiles: [kafka.value.logFile, registry.value.logFile, dynamodb.value.logFile],
      stop,
    };
  }
  await stop();
  throw [kafka, registry, dynamodb, bundles].find((started) => started.status === 'rejected')
    ?.reason;
}

async function bundle(outDir: string): Promise<string> {
  await bundleFunctions({ outDir });
  return outDir;
}
