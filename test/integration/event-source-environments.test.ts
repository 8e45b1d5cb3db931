import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../localstack/ports.ts';
import {
  createEventSourceHarness,
  FIXTURES,
  type EventSourceHarness,
  type RunningSource,
} from '../support/event-source-harness.ts';
import { isAlive } from '../support/processes.ts';

let harness: EventSourceHarness;
beforeAll(() => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
});
afterAll(() => harness.close());

const isFrozen = (pid: number) =>
  execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T');
const ticksOf = (running: RunningSource) =>
  running.printed().filter(({ tick }) => tick !== undefined).length;
const reportsOf = (running: RunningSource) =>
  running.said.filter((text) => text.includes('REPORT'));

async function invokeOnce(topic: string, running: RunningSource, offset: number): Promise<void> {
  await harness.produce(topic, [{ value: 'x' }]);
  await harness.untilCommitted(running, topic, [offset]);
}

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
describe('between invocations', () => {
  test('a process is frozen: what it forgot goes on at the next one', async () => {
    const topic = await harness.makeTopic();
    const running = harness.start(topic, { fixture: 'ticking' });
    await invokeOnce(topic, running, 1);
    await sleep(200);
    const before = ticksOf(running);
    await sleep(500);
    expect(ticksOf(running)).toBe(before);
    await invokeOnce(topic, running, 2);
    await expect.poll(() => ticksOf(running), { timeout: 20_000 }).toBeGreaterThan(before);
  });

  test('a process runs on by the setting betweenInvocations', async () => {
    const topic = await harness.makeTopic();
    const behaviour = { betweenInvocations: 'running' } as const;
    const running = harness.start(topic, { fixture: 'ticking', behaviour });
    await invokeOnce(topic, running, 1);
    await expect.poll(() => ticksOf(running), { timeout: 20_000 }).toBeGreaterThan(5);
  });

  test('a frozen process that a killed event source left behind is ended by the next start', async () => {
    // Whoever else starts an event source on this machine would end it, too.
    const ownTmp = mkdtempSync(join(tmpdir(), 'event-source-tmp-'));
    vi.stubEnv('TMPDIR', ownTmp);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await harness.stopAll();
      rmSync(ownTmp, { recursive: true, force: true });
    });
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'x' }]);
    const { child, tick } = await startProcess(topic);
    await expect.poll(() => isFrozen(tick), { timeout: 20_000 }).toBe(true);
    child.kill('SIGKILL');
    await sleep(500);
    expect(isAlive(tick)).toBe(true);
    harness.start(await harness.makeTopic());
    await expect.poll(() => isAlive(tick), { timeout: 20_000 }).toBe(false);
  });
});

/** An event source in a process of its own; resolves at the first tick of its function. */
async function startProcess(topic: string) {
  const options = {
    brokers: inject('kafkaBrokers').split(','),
    mappings: [
      { functionName: 'f', topic, consumerGroupId: randomUUID(), maximumBatchingWindow: 0 },
    ],
    functions: [
      {
        name: 'f',
        handler: join(FIXTURES, 'ticking.handler'),
        timeoutMs: 10_000,
        memoryMb: 128,
        environment: {},
      },
    ],
    behaviour: { betweenInvocations: 'frozen' },
  };
  const script = resolve(import.meta.dirname, '../fixtures/event-source-process.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A function that is thawed for its second invocation ticks: the first one may freeze it before it does.
  const again = setInterval(() => void harness.produce(topic, [{ value: 'x' }]), 100);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { tick } = JSON.parse(line) as { tick?: number };
      if (tick !== undefined) return { child, tick };
    }
  } finally {
    clearInterval(again);
  }
  throw new Error('The process ended without a tick');
}

// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
describe('the REPORT line', () => {
  test('tells duration, memory and, of a cold start, the initialisation', async () => {
    const topic = await harness.makeTopic();
    const running = harness.start(topic, { batchLines: 'info' });
    await invokeOnce(topic, running, 1);
    await invokeOnce(topic, running, 2);
    const [cold, warm] = reportsOf(running);
    expect(cold).toMatch(
      /^info f: REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms$/,
    );
    expect(warm).not.toContain('Init Duration');
  });

  test('says that the function timed out', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'hang:1' }]);
    const running = harness.start(topic, { timeoutMs: 500 });
    await harness.untilCommitted(running, topic, [1]);
    expect(reportsOf(running)[0]).toContain('Status: timeout');
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
describe('the memory limit', () => {
  test('ends a process that goes over it; its batch comes again, after a cold start', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'eat:1' }]);
    const running = harness.start(topic, { timeoutMs: 60_000 });
    await harness.untilCommitted(running, topic, [1]);
    const [first, second] = running.invocations();
    expect(first?.pid).not.toBe(second?.pid);
    expect(running.warnings.join('\n')).toContain('Runtime exited');
  });
});

describe('a changed source', () => {
  test('is run from the next invocation on, without a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'event-source-function-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'by-value.cjs');
    copyFileSync(join(FIXTURES, 'by-value.cjs'), file);
    const topic = await harness.makeTopic();
    const running = harness.start(topic, { folder });
    await invokeOnce(topic, running, 1);
    writeFileSync(file, readFileSync(file, 'utf8').replace('{ invocation }', '{ changed: 1 }'));
    await expect
      .poll(() => running.said, { timeout: 20_000 })
      .toContain('info Changed: f; the next invocation is a cold start');
    await invokeOnce(topic, running, 2);
    expect(running.printed().filter(({ changed }) => changed === 1)).toHaveLength(1);
  });
});

interface DebuggerMessage {
  readonly method?: string;
}

describe('a function that is inspected', () => {
  test('waits for the debugger, stops at a breakpoint, and has no timeout meanwhile', async () => {
    const inspectPort = await freePort();
    const topic = await harness.makeTopic();
    const running = harness.start(topic, { inspectPort, timeoutMs: 500 });
    await harness.produce(topic, [{ value: 'x' }]);
    const url = () => /ws:\/\/\S+/.exec(running.lines.join('\n'))?.[0];
    await expect.poll(url, { timeout: 20_000 }).toBeDefined();
    const socket = new WebSocket(url() ?? '');
    const methods: string[] = [];
    socket.addEventListener('message', ({ data }) => {
      const { method } = JSON.parse(String(data)) as DebuggerMessage;
      if (method !== undefined) methods.push(method);
    });
    await new Promise((opened) => {
      socket.addEventListener('open', opened, { once: true });
    });
    let id = 0;
    const send = (method: string, params = {}) => {
      id += 1;
      socket.send(JSON.stringify({ id, method, params }));
    };
    const lines = readFileSync(join(FIXTURES, 'by-value.cjs'), 'utf8').split('\n');
    const lineNumber = lines.findIndex((line) => line.includes('const invocation ='));
    send('Runtime.enable');
    send('Debugger.enable');
    send('Debugger.setBreakpointByUrl', { urlRegex: '.*by-value.cjs', lineNumber });
    send('Runtime.runIfWaitingForDebugger');
    await expect.poll(() => methods, { timeout: 20_000 }).toContain('Debugger.paused');
    await sleep(1_000);
    expect(running.invocations()).toEqual([]);
    send('Debugger.resume');
    await harness.untilCommitted(running, topic, [1]);
    socket.close();
    expect(running.invocations()).toHaveLength(1);
  });
});
