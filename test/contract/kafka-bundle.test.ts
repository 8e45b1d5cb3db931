import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import type { BundleAnswer, BundleCommand } from '../support/kafka-bundle-entry.ts';
import {
  createKafkaTestClient,
  createTopic,
  type KafkaTestClient,
} from '../support/kafka-client.ts';

const HOSTILE: BundleCommand['headers'] = [
  ['a', 'MQ=='],
  ['b', ''],
  ['a', null],
  ['1', Buffer.from([0x80, 0xff]).toString('base64')],
  ['__proto__', 'cA=='],
  ['retry.state', null],
  ['', 'bm8gbmFtZQ=='],
  ['a', 'Mg=='],
];

const dir = mkdtempSync(join(tmpdir(), 'kafka-bundle-'));
let broker: TestBroker;
let client: KafkaTestClient;
let child: ChildProcessByStdio<Writable, Readable, null>;
const answers: BundleAnswer[] = [];

beforeAll(async () => {
  broker = await startTestBroker();
  client = await createKafkaTestClient(broker.brokers);
  const outfile = join(dir, 'bundle.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../support/kafka-bundle-entry.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    logLevel: 'error',
  });
  child = spawn(process.execPath, [outfile, broker.brokers], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) =>
    answers.push(JSON.parse(line) as BundleAnswer),
  );
});
afterAll(async () => {
  child.kill('SIGKILL');
  await client.close();
  await broker[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

function tell(command: BundleCommand): void {
  child.stdin.write(`${JSON.stringify(command)}\n`);
}

async function nextAnswer(): Promise<BundleAnswer> {
  while (answers.length === 0) {
    expect(child.exitCode).toBeNull();
    await systemClock.sleep(10);
  }
  return answers.shift() as BundleAnswer;
}

describe('the client in a minified bundle, in a process of its own', () => {
  test('keeps hostile header lists, and no timer when it is idle', async () => {
    tell({ topic: await client.makeTopic(), withinMs: 20_000, headers: HOSTILE });
    expect(await nextAnswer()).toEqual({
      kind: 'acknowledged',
      firstFailures: 0,
      headers: HOSTILE,
      timers: 0,
    });
  });

  test('goes on after it was frozen while the broker was killed and came back', async () => {
    const topic = await client.makeTopic();
    tell({ topic, withinMs: 20_000, headers: [] });
    expect((await nextAnswer()).kind).toBe('acknowledged');
    child.kill('SIGSTOP');
    // It finds the command before it finds the connection closed.
    tell({ topic, withinMs: 20_000, headers: [] });
    await broker.kill();
    await broker.restart();
    child.kill('SIGCONT');
    expect(await nextAnswer()).toMatchObject({ kind: 'acknowledged', firstFailures: 0 });
    expect(await client.readAll(topic)).toHaveLength(2);
  });

  test('writes nothing after its deadline, when it was frozen until then', async () => {
    const topic = `test-${randomUUID()}`;
    tell({ topic, withinMs: 4_000, headers: [] });
    await systemClock.sleep(2_000);
    child.kill('SIGSTOP');
    await createTopic(client.admin, topic, 1);
    await systemClock.sleep(3_000);
    child.kill('SIGCONT');
    expect(await nextAnswer()).toMatchObject({ kind: 'unknown', firstFailures: 1 });
    await systemClock.sleep(2_500);
    expect(await client.readAll(topic)).toEqual([]);
  });

  test('lets the process end when it is closed', async () => {
    const exited = once(child, 'exit');
    child.stdin.end();
    expect(await exited).toEqual([0, null]);
  });
});
