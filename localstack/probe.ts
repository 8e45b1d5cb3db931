import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, statfsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { javaCommand } from './java.ts';
import { holdsKafka, kafkaJarsDir } from './kafka-jars.ts';
import { kafkaHealthy } from './kafka-health.ts';
import type { Environment } from './paths.ts';
import { portFault } from './ports.ts';
import type { Facts, JarsFact, JavaFact } from './preflight.ts';
import type { StackSettings } from './settings.ts';

const BROKERS_ANSWER_MS = 5_000;

/** Looks at this machine: nothing is started or changed but for the data folder, which is made. Nothing is thrown. */
export async function probe(settings: StackSettings, env: Environment): Promise<Facts> {
  const { kafkaBrokers, ports } = settings;
  const ours = kafkaBrokers === undefined;
  const ownRegistry = settings.schemaRegistryUrl === undefined;
  const listening = [
    ports.api,
    ports.lambda,
    ...(ours ? [ports.kafka] : []),
    ...(ownRegistry ? [ports.schemaRegistry] : []),
    ports.dynamodb,
  ];
  return {
    faults: settings.faults,
    ...(ours || ownRegistry ? { java: await probeJava(env) } : {}),
    ...(ours
      ? { jars: probeJars(env) }
      : {
          foreignBrokers: {
            brokers: kafkaBrokers,
            answer: await kafkaHealthy(kafkaBrokers, BROKERS_ANSWER_MS),
          },
        }),
    ports: await Promise.all(
      listening.map(async (setting) => {
        const fault = setting.port === 0 ? undefined : await portFault(setting.port);
        return fault === undefined ? setting : { ...setting, fault };
      }),
    ),
    disk: probeDisk(settings.dir),
  };
}

async function probeJava(env: Environment): Promise<JavaFact> {
  const command = javaCommand(env);
  const major = await new Promise<number | undefined>((resolve) => {
    execFile(command, ['-version'], { env: { ...env }, timeout: 20_000 }, (error, stdout, stderr) =>
      resolve(error === null ? javaMajor(`${stderr}${stdout}`) : undefined),
    );
  });
  return { command, javaHome: env['JAVA_HOME'] || undefined, major };
}

/** Major version out of what `java -version` says: `"17.0.15"` is 17, `"1.8.0_402"` is 8. Undefined where none is said. */
export function javaMajor(text: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (first === undefined) return undefined;
  return first === '1' ? Number(second) : Number(first);
}

function probeJars(env: Environment): JarsFact {
  const home = env['KAFKA_HOME'];
  if (home) return { from: 'kafka-home', home, present: holdsKafka(join(home, 'libs')) };
  return {
    from: 'cache',
    present: kafkaJarsDir(env) !== undefined,
    mavenFound: isOnPath('mvn', env),
  };
}

/** Looked for, not run: without Java, Maven would complain about Java. */
function isOnPath(program: string, env: Environment): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((dir) => {
    const file = join(dir, program);
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

function probeDisk(dir: string): Facts['disk'] {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK);
    const { bavail, bsize } = statfsSync(dir);
    return { dir, freeBytes: bavail * bsize, writable: true };
  } catch {
    return { dir, freeBytes: 0, writable: false };
  }
}
