import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { eventLine } from '../../localstack/event-line.ts';
import {
  createStackHome,
  endedWith,
  signalTwice,
  startProgram,
  type StartedProgram,
} from '../support/local-stack.ts';
import { processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';

const home = createStackHome();
afterAll(() => home.remove());

/** Each test goes on where the one before ended: one stack, started, killed, started again. */
describe('npm start', () => {
  let orderId: string;
  let started: StartedProgram;
  const start = (...args: string[]) => startProgram(home.env, ['localstack/start.ts', ...args]);
  /** The stack that the test before left; one of its own where a test runs alone. */
  const running = async () => {
    started ??= start();
    const { api } = await started.up();
    orderId ??= await createOrder(api);
    await until('the order is processed', () => orderOf(api, orderId), {
      describe: () => started.stderr(),
    });
  };

  it('comes up, tells its addresses, and piped writes nothing to stdout but JSON log lines', async () => {
    started = start();
    const { api } = await started.up();

    orderId = await createOrder(api);
    await until('the order is processed', () => orderOf(api, orderId), {
      describe: () => started.stderr(),
    });

    expect(started.stderr()).toMatch(
      /The stack is up[\s\S]*curl -s http:\/\/localhost:\d+\/api\/create-order/,
    );
    expect(started.stderr()).not.toMatch(/[┌│└]|Server ready|Function names|RequestId|\n\n\n/);
    const lines = () => started.stdout().trimEnd().split('\n');
    // Its line is written after the order; on a busy machine it may be the second attempt's.
    const processedLine = new RegExp(`^${orderId}  processed(?: at attempt \\d+)?$`);
    await until('the line of the order', () =>
      lines().some((line) => processedLine.test(eventLine(line, false) ?? '')) ? true : undefined,
    );
    expect(lines().every((line) => typeof JSON.parse(line) === 'object')).toBe(true);
  });

  it('started twice at once, one comes up, and the other says so', async () => {
    started.process.kill('SIGTERM');
    await started.exited;

    const [one, other] = [start(), start()];
    const [code, loser] = await Promise.race(
      [one, other].map(async (each) => [await each.exited, each] as const),
    );

    expect(code).toBe(1);
    expect(loser.stderr()).toMatch(/The local stack in .* is in use by process \d+\.\n  → /);
    started = loser === one ? other : one;
    await started.up();
  });

  it('refuses a second stack in the same folder, and leaves the first alone', async () => {
    const second = start();

    await endedWith(second, 1);
    expect(second.stderr()).toMatch(/The local stack in .* is in use by process \d+/);
    expect(started.process.exitCode).toBeNull();
  });

  it('killed, it hinders no next start, and the data is still there', async () => {
    await running();
    started.process.kill('SIGKILL');
    await started.exited;

    started = start();
    const { api } = await started.up();

    expect(await orderOf(api, orderId)).toMatchObject({ success: true });
  });

  it('Ctrl-C, twice, stops all of it: exit code 0, nothing left, no addresses', async () => {
    await running();
    await signalTwice(started, 'SIGINT');

    await endedWith(started, 0);
    expect(processesOf(home.dir)).toEqual([]);
    expect(existsSync(join(home.dir, 'endpoints.json'))).toBe(false);
  });

  it('--fresh begins anew', async () => {
    started = start('--fresh');
    const { api } = await started.up();

    const answer = await fetch(`${api}/api/orders/${orderId}`);

    expect(answer.status).toBe(404);
  });

  it('a broker that dies while the stack is up: said with its log, exit code 1, nothing left', async () => {
    const record = JSON.parse(readFileSync(join(home.dir, 'kafka.process.json'), 'utf8'));
    process.kill(record.child.pid, 'SIGKILL');

    await endedWith(started, 1);
    expect(started.stderr()).toMatch(/Kafka was ended by signal 9[\s\S]*out of memory/);
    expect(started.stderr()).not.toMatch(/ INFO /);
    expect(started.stderr()).toContain(`The whole log is in ${join(home.dir, 'kafka.log')}`);
    expect(processesOf(home.dir)).toEqual([]);
  });
});

it.each([
  { signal: 'SIGKILL', codes: [137] },
  // Ours is 0; npm passes it on, or ends by the signal itself, whichever comes first.
  { signal: 'SIGTERM', codes: [0, 143] },
] as const)('$signal to npm itself ends the stack as well', async ({ signal, codes }) => {
  const npm = startProgram(home.env, ['start'], 'npm');
  await npm.up();

  npm.process.kill(signal);

  // Its output ends with the last process that holds it.
  expect(codes).toContain(await npm.exited);
  await until('everything has ended', () =>
    processesOf(home.dir).length === 0 ? true : undefined,
  );
  expect(npm.stderr()).toMatch(/Stopped\.\n$/);
});

it('serverless offline, without start, brings up the same and stops as cleanly', async () => {
  const offline = startProgram(home.env, ['node_modules/serverless/bin/serverless.js', 'offline']);
  const { api } = await offline.up();
  const orderId = await createOrder(api);
  await until('the order is processed', () => orderOf(api, orderId), {
    describe: () => offline.stderr(),
  });

  offline.process.kill('SIGTERM');

  await endedWith(offline, 0);
  expect(processesOf(home.dir)).toEqual([]);
});

async function createOrder(api: string): Promise<string> {
  const answer = await fetch(`${api}/api/create-order`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"numItems": 2}',
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { orderId: string }).orderId;
}

/** Undefined while the order is unknown. */
async function orderOf(api: string, orderId: string): Promise<unknown> {
  const answer = await fetch(`${api}/api/orders/${orderId}`);
  return answer.status === 200 ? answer.json() : undefined;
}
