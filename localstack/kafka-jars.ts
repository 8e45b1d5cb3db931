import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fetchOnce, MAVEN_DEPENDENCY, type Progress } from './maven-fetch.ts';
import { cacheDir, type Environment, PROJECT_DIR } from './paths.ts';

export const KAFKA_VERSION = '4.1.2';

/** The jars that are there already: KAFKA_HOME's, or the cache's; undefined where they have to be fetched. */
export function kafkaJarsDir(env: Environment): string | undefined {
  const home = env['KAFKA_HOME'];
  const dir = home ? join(home, 'libs') : join(cacheDir(env), `kafka-${KAFKA_VERSION}`);
  return holdsKafka(dir) ? dir : undefined;
}

/** Whether a folder holds a broker's jars. */
export function holdsKafka(dir: string): boolean {
  return existsSync(dir) && readdirSync(dir).some((name) => /^kafka_2\.1\d-\d.*\.jar$/.test(name));
}

/**
 * The folder of the broker's jars; fetches them with Maven where they are not there yet.
 * @param signal aborts the fetch
 * @throws LocalError where Maven fails
 */
export async function ensureKafkaJars(
  env: Environment,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const present = kafkaJarsDir(env);
  if (present !== undefined) return present;
  const name = `kafka-${KAFKA_VERSION}`;
  const fetch = {
    name,
    what: `Kafka ${KAFKA_VERSION}`,
    args: (lib: string) => [
      '-f',
      join(PROJECT_DIR, 'localstack', 'pom.xml'),
      `${MAVEN_DEPENDENCY}:copy-dependencies`,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${lib}`,
    ],
    isWhole: holdsKafka,
    remedy: 'or unpack a Kafka download and set KAFKA_HOME to its folder.',
  };
  return fetchOnce(fetch, env, progress, signal);
}
