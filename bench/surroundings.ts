import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KAFKA_VERSION } from '../localstack/kafka-jars.ts';
import { PROJECT_DIR } from '../localstack/paths.ts';

/** Where and when a figure was measured. */
export interface Surroundings {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly versions: string;
  /** Average number of processes that ran or wanted to, over the minute before. */
  readonly loadBefore: number;
}

export function surroundings(): Surroundings {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: commitOf(),
    machine: `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gigabytes} GB, ${type()} ${release().split('-')[0]}`,
    versions: `Node ${process.versions.node}, kafkajs ${versionOf('kafkajs')}, Kafka ${KAFKA_VERSION}, Java ${javaVersion()}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

function commitOf(): string {
  const options = { cwd: PROJECT_DIR, encoding: 'utf8' } as const;
  return execFileSync('git', ['describe', '--always', '--dirty=+'], options).trim();
}

function versionOf(name: string): string {
  const file = join(PROJECT_DIR, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function javaVersion(): string {
  const text = execFileSync('sh', ['-c', 'java -version 2>&1'], { encoding: 'utf8' });
  return /"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
