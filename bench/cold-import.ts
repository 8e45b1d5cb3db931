import { statSync } from 'node:fs';
import { runChild } from './child.ts';

const STARTS = 20;
const KB = 1000;

/** What wiring asks for; nothing is connected to. */
const ENV = {
  KAFKA_BROKERS: '127.0.0.1:9',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
  PARTIAL_BATCH_RESPONSES: 'on',
};

/** Milliseconds that `require` of a bundle takes, in fresh processes, after one that does not count. */
export async function coldImports(file: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let start = 0; start <= STARTS; start++) {
    const tookMs = await runChild<number>('cold-import.cjs', { args: [file], env: ENV });
    if (start > 0) times.push(tookMs);
  }
  return times;
}

/** Size of a file in KB of 1,000 bytes. */
export function kilobytes(file: string): number {
  return statSync(file).size / KB;
}
