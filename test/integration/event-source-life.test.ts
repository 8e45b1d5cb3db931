import { Admin } from '@platformatic/kafka';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import {
  createEventSourceHarness,
  FIXTURES,
  textsOf,
  type EventSourceHarness,
  type InvocationLine,
} from '../support/event-source-harness.ts';
import { isAlive } from '../support/processes.ts';

let harness: EventSourceHarness;
let admin: Admin;
beforeAll(() => {
  const brokers = inject('kafkaBrokers');
  harness = createEventSourceHarness(brokers);
  admin = new Admin({ clientId: 'test', bootstrapBrokers: brokers.split(',') });
});
afterAll(async () => {
  await harness.close();
  await admin.close();
});

const membersOf = async (groupId: string) =>
  (await admin.describeGroups({ groups: [groupId] })).get(groupId)?.members.size ?? 0;

describe('stopping', () => {
  test('lets a running invocation end, commits it, leaves the group and ends the processes', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'slow:1' }]);
    const running = harness.start(topic);
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBe(1);
    await running.source.stop();
    expect(running.printed().some(({ ended }) => ended !== undefined)).toBe(true);
    expect(await harness.committed(running.groupId, topic)).toEqual([1]);
    expect(await membersOf(running.groupId)).toBe(0);
    expect(running.invocations().filter(({ pid }) => isAlive(pid))).toEqual([]);
  });

  test('waits for a running invocation no longer than it is told; the record comes again', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'hang:1' }]);
    const first = harness.start(topic, { drainMs: 300 });
    await expect.poll(() => first.invocations().length, { timeout: 20_000 }).toBe(1);
    const startedAt = Date.now();
    await first.source.stop();
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    expect(await harness.committed(first.groupId, topic)).toEqual([-1]);
    const second = harness.start(topic, { consumerGroupId: first.groupId });
    await harness.untilCommitted(second, topic, [1]);
    expect(second.invocations()).toHaveLength(1);
  });
});

describe('a process that crashes', () => {
  test('is replaced by a cold start', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'exit:1' }]);
    const running = harness.start(topic);
    await harness.untilCommitted(running, topic, [1]);
    const [crashed, replacement] = running.invocations();
    expect(crashed?.pid).not.toBe(replacement?.pid);
    expect(running.warnings.join('\n')).toContain('Runtime exited with exit status 0');
  });
});

describe('SIGKILL of the event source', () => {
  test.each(['hang', 'spin'])(
    'leaves no function process behind (one that does %s), and no record behind either',
    async (deed) => {
      const topic = await harness.makeTopic();
      await harness.produce(topic, [{ value: 'a' }, { value: `${deed}:1` }, { value: 'b' }]);
      const groupId = `group-${randomUUID()}`;
      const { child, invocation } = await startProcess(topic, groupId, {
        sessionTimeoutMs: 60_000,
      });
      child.kill('SIGKILL');
      await expect.poll(() => isAlive(invocation.pid), { timeout: 5_000 }).toBe(false);
      const restartedAt = Date.now();
      // The group does not wait for the dead one's session to time out: that is a minute.
      const running = harness.start(topic, { consumerGroupId: groupId, sessionTimeoutMs: 30_000 });
      await harness.untilCommitted(running, topic, [3]);
      expect(Date.now() - restartedAt).toBeLessThan(25_000);
      expect(textsOf(running)).toEqual(['a', `${deed}:1`, 'b']);
    },
  );

  test('at any moment skips no record', async () => {
    const [topic, groupId] = [await harness.makeTopic(3), `group-${randomUUID()}`];
    const some = Array.from({ length: 30 }, (_, index) => ({ value: 'a', partition: index % 3 }));
    const delaysMs = [0, 4, 15, 40, 120];
    for (const delayMs of delaysMs) {
      await harness.produce(topic, some);
      const { child } = await startProcess(topic, groupId, { batchSize: 1 });
      await sleep(delayMs);
      child.kill('SIGKILL');
    }
    const running = harness.start(topic, { consumerGroupId: groupId });
    const each = (delaysMs.length * some.length) / 3;
    await harness.untilCommitted(running, topic, [each, each, each]);
    // The function notes each delivery in a file.
    const places = [0, 1, 2].flatMap((partition) =>
      Array.from({ length: each }, (_, offset) => `${topic}-${partition}-${offset}`),
    );
    expect(places.filter((place) => !existsSync(join(harness.stateDir, place)))).toEqual([]);
  });
});

/** An event source in a process of its own; resolves at its first invocation. */
async function startProcess(
  topic: string,
  consumerGroupId: string,
  { batchSize = 100, sessionTimeoutMs }: { batchSize?: number; sessionTimeoutMs?: number },
) {
  const options = {
    brokers: inject('kafkaBrokers').split(','),
    sessionTimeoutMs,
    mappings: [{ functionName: 'f', topic, consumerGroupId, batchSize, maximumBatchingWindow: 0 }],
    functions: [
      {
        name: 'f',
        handler: join(FIXTURES, 'by-value.handler'),
        timeoutMs: 60_000,
        memoryMb: 128,
        environment: { STATE_DIR: harness.stateDir },
      },
    ],
  };
  const script = resolve(import.meta.dirname, '../fixtures/event-source-process.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { invocation } = JSON.parse(line) as { invocation?: InvocationLine };
    if (invocation !== undefined) return { child, invocation };
  }
  throw new Error('The process ended without an invocation');
}

describe('a broker that goes away', () => {
  let broker: TestBroker;
  let own: EventSourceHarness;
  beforeAll(async () => {
    broker = await startTestBroker();
    own = createEventSourceHarness(broker.brokers);
  });
  afterAll(async () => {
    await own.close();
    await broker[Symbol.asyncDispose]();
  });

  test('is missed aloud, once', async () => {
    const topic = await own.makeTopic();
    const running = own.start(topic);
    await running.source.ready;
    await expect
      .poll(() => running.source.state()[0]?.partitions, { timeout: 20_000 })
      .toEqual([0]);
    await broker.kill();
    await expect.poll(() => running.warnings.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await new Promise((resolve_) => setTimeout(resolve_, 3_000));
    const ofReading = running.warnings.filter((text) => text.startsWith(`${topic} cannot be read`));
    await broker.restart();
    await own.produce(topic, [{ value: 'a' }]);
    await own.untilCommitted(running, topic, [1]);
    expect(ofReading).toHaveLength(1);
    await running.source.stop();
  });

  test.each(['stop', 'kill'] as const)(
    'is found again (%s): records before and after, also one under way, are processed and committed',
    async (how) => {
      const topic = await own.makeTopic(2);
      const running = own.start(topic);
      await own.produce(topic, [{ value: 'before' }]);
      await own.untilCommitted(running, topic, [1, -1]);
      await own.produce(topic, [{ value: 'slow:1' }]);
      await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBe(2);
      await broker[how]();
      await broker.restart();
      await own.produce(topic, [{ value: 'after' }, { value: 'other', partition: 1 }]);
      await own.untilCommitted(running, topic, [3, 1]);
      expect(new Set(textsOf(running))).toEqual(new Set(['before', 'slow:1', 'after', 'other']));
      await running.source.stop();
    },
  );
});
