import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createStackHome,
  endedWith,
  signalTwice,
  type StackHome,
  startProgram,
} from '../support/local-stack.ts';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';

let home: StackHome;
beforeEach(() => {
  home = createStackHome();
});
afterEach(() => home.remove());

/** A program of the test's own, found before any real one. */
function install(name: string, script: string): string {
  const bin = join(home.dir, 'tools', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

/** Until it is stopped: else chance says whether it or Kafka fails first. */
const REGISTRY_GOES_ON = 'case "$*" in *apicurio*) exec sleep 120;; esac';

const emptyCache = () => ({
  XDG_CACHE_HOME: join(home.dir, 'cache'),
  KAFKA_HOME: undefined,
  JAVA_HOME: undefined,
});

it('names all that is missing at once, with cause and remedy, and leaves nothing running', async () => {
  await using taken = await listen();
  const started = startProgram({
    ...home.env,
    ...emptyCache(),
    PATH: join(home.dir, 'nothing-here'),
    API_PORT: String(taken.port),
    KAFKA_PORT: 'ninety',
  });

  await endedWith(started, 1);
  const text = started.stderr();
  expect(text).toMatch(/4 things are in the way/);
  expect(text).toMatch(/KAFKA_PORT is "ninety"/);
  expect(text).toMatch(/Java is missing: there is no java on the PATH[\s\S]*?→ Install a Java/);
  expect(text).toMatch(/Maven is missing[\s\S]*?→ Install it/);
  expect(text).toContain(`Port ${taken.port} (API_PORT) is taken`);
  expect(processesOf(home.dir)).toEqual([]);
});

it('a broker that dies while starting: said with its last lines, exit code 1, nothing left', async () => {
  const bin = install(
    'java',
    `[ "$1" = -version ] && echo 'openjdk version "17.0.1"' && exit 0\n${REGISTRY_GOES_ON}\necho "no room for the heap"; exit 3`,
  );
  const started = startProgram({ ...home.env, JAVA_HOME: join(bin, '..') });

  await endedWith(started, 1);
  expect(started.stderr()).toMatch(
    /Kafka .*\(exit code 3\)\. Its last lines:\n {4}no room for the heap/,
  );
  expect(started.stderr()).toContain(join(home.dir, 'kafka.log'));
  expect(processesOf(home.dir)).toEqual([]);
});

it('tells how far a fetch is, and what to do when it fails; nothing half is left', async () => {
  const script = `${REGISTRY_GOES_ON}
for n in 1 2 3; do echo "[INFO] Downloaded from central: https://x/$n.jar (1.0 MB at 1 kB/s)"; sleep 1.1; done
echo "[ERROR] Could not transfer artifact"; exit 1`;
  const bin = install('mvn', script);
  const started = startProgram({
    ...home.env,
    ...emptyCache(),
    PATH: `${bin}:${process.env['PATH']}`,
  });

  await endedWith(started, 1);
  expect(started.stderr()).toMatch(
    /fetching Kafka .*: (?:\d\.0 MB, )?0 s[\s\S]*fetching Kafka .*: [123]\.0 MB, [23] s/,
  );
  expect(started.stderr()).toMatch(
    /Maven could not fetch Kafka[\s\S]*Could not transfer artifact[\s\S]*→ Check the network/,
  );
  expect(existsSync(join(home.dir, 'cache', 'order-service', 'kafka-4.1.2'))).toBe(false);
  expect(processesOf(home.dir)).toEqual([]);
});

it.each(['SIGINT', 'SIGTERM'] as const)('%s during start-up stops all of it', async (signal) => {
  const started = startProgram(home.env);
  await until('Kafka is being started', () =>
    existsSync(join(home.dir, 'kafka.log')) ? true : undefined,
  );
  await sleep(500);

  await signalTwice(started, signal);

  await endedWith(started, signal === 'SIGINT' ? 130 : 143);
  expect(processesOf(home.dir)).toEqual([]);
  expect(existsSync(join(home.dir, 'endpoints.json'))).toBe(false);
});

it('--fresh with KAFKA_BROKERS is refused before anything is deleted', async () => {
  const data = join(home.dir, 'kafka');
  mkdirSync(data);
  const started = startProgram({ ...home.env, KAFKA_BROKERS: '127.0.0.1:1' }, [
    'localstack/start.ts',
    '--fresh',
  ]);

  await endedWith(started, 1);
  expect(started.stderr()).toMatch(/KAFKA_BROKERS names a Kafka that is not ours/);
  expect(existsSync(data)).toBe(true);
});

it.each([
  { program: 'npm start', args: ['localstack/start.ts'] },
  { program: 'serverless offline', args: ['node_modules/serverless/bin/serverless.js', 'offline'] },
  { program: 'npm run demo', args: ['demo/main.ts'] },
])('$program: a folder that cannot be written is named, with a remedy', async ({ args }) => {
  const file = join(home.dir, 'no-folder');
  writeFileSync(file, '');
  const started = startProgram({ ...home.env, LOCALSTACK_DIR: join(file, 'stack') }, args);

  await endedWith(started, 1);
  const text = started.stdout() + started.stderr();
  expect(text).toMatch(/no-folder\S* cannot be written: ENOTDIR\.\n.*→ .*LOCALSTACK_DIR/);
  expect(text).not.toMatch(/ at .*:\d+:\d+/);
});

it('brokers that do not answer are named, and none is started', async () => {
  const started = startProgram({ ...home.env, KAFKA_BROKERS: '127.0.0.1:1' });

  await endedWith(started, 1);
  expect(started.stderr()).toMatch(
    /KAFKA_BROKERS names 127\.0\.0\.1:1, and no Kafka answers there/,
  );
  expect(existsSync(join(home.dir, 'kafka.log'))).toBe(false);
});

async function listen(): Promise<AsyncDisposable & { port: number }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
