import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { javaCommand } from '../../localstack/java.ts';
import { ensureKafkaJars } from '../../localstack/kafka-jars.ts';
import { fetchOnce, MAVEN_DEPENDENCY } from '../../localstack/maven-fetch.ts';
import { ROOT } from './source-files.ts';

const FOLDER = join(ROOT, 'test/foreign-reader');
const run = promisify(execFile);

/** What a Java program, with Kafka's consumer and Apache Avro, finds in a topic of dead letters (ReadDeadLetters.java). */
export async function readAsForeigner(
  brokers: string,
  registry: string,
  topic: string,
): Promise<readonly Record<string, unknown>[]> {
  const quiet = () => undefined;
  const kafka = await ensureKafkaJars(process.env, quiet);
  const avro = await fetchOnce(AVRO_JARS, process.env, quiet);
  const classPath = [join(avro, '*'), join(kafka, '*')].join(delimiter);
  const program = join(FOLDER, 'ReadDeadLetters.java');
  const options = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classPath];
  const { stdout } = await run(javaCommand(process.env), [
    ...options,
    program,
    brokers,
    registry,
    topic,
  ]);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const AVRO_JARS = {
  name: 'avro-1.12.0',
  what: 'Apache Avro 1.12.0',
  args: (folder: string) => [
    '-f',
    join(FOLDER, 'pom.xml'),
    `${MAVEN_DEPENDENCY}:copy-dependencies`,
    '-DincludeScope=runtime',
    `-DoutputDirectory=${folder}`,
  ],
  isWhole: (folder: string) =>
    existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('avro-')),
  remedy: 'the test that a foreign program reads dead letters needs it.',
};
