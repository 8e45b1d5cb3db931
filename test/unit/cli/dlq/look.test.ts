import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type DlqApiStub,
  listedMessage,
  startDlqApiStub,
  type StubOptions,
} from '../../../support/dlq-api-stub.ts';
import { hiddenIn, orderDlq, type Setting } from '../../../support/order-dlq.ts';

let stub: DlqApiStub | undefined;
afterEach(() => stub?.close());

async function run(options: StubOptions, args: readonly string[], setting: Setting = {}) {
  await stub?.close();
  stub = await startDlqApiStub(options);
  return orderDlq(args, { url: stub.url, ...setting });
}

const many = (count: number) => Array.from({ length: count }, (_, index) => listedMessage(index));
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Text that a hostile producer would write. */
const HOSTILE = '\u001b]0;owned\u0007\u009b31m\u202e\u200b\u2066\r\nID  open\u{e0041}\u00ad';
const hostile = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(...HOSTILE.split('')),
  ),
  maxLength: 80,
});

describe('list', () => {
  it('is a table that fits the terminal', async () => {
    const { code, stdout, stderr } = await run({ messages: many(3) }, ['list'], { columns: 80 });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^0{32} {2}open +ORDER-0 +ValueError: Simu/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('asks for what the options say, and for no more rows than --limit', async () => {
    const messages = [...many(150), listedMessage(900, { state: 'discarded' })];
    const { stdout, stderr } = await run({ messages }, [
      'list',
      '--state',
      'open',
      '--limit',
      '120',
    ]);

    expect(stdout.trimEnd().split('\n')).toHaveLength(121);
    expect(stderr).toMatch(/There are more than these 120: --limit N shows more/);
    expect(stub?.asked.map(({ query }) => query)).toEqual([
      { state: 'open', limit: '100' },
      { state: 'open', limit: '20', cursor: '100' },
    ]);
  });

  it.each(['--json', '--csv'])('%s has all pages', async (form) => {
    const { code, stdout, stderr } = await run({ messages: many(501) }, ['list', form]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('ORDER-'))).toHaveLength(501);
    expect(lines.at(-1)).toContain('ORDER-500');
  });

  it('a table has a hundred rows where nothing is said, and says that there are more', async () => {
    const { stdout, stderr } = await run({ messages: many(101) }, ['list']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(101);
    expect(stderr).toContain('There are more than these 100');
  });

  it('nothing there is no failure', async () => {
    const { code, stdout, stderr } = await run({}, ['list']);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No dead letter is like that.\n',
    });
  });

  it('JSON has every field as the API gave it, also those that this version does not know', async () => {
    const message = listedMessage(1, { novel: { a: [HOSTILE] }, errorMessage: HOSTILE });
    const { stdout } = await run({ messages: [message] }, ['list', '--json']);
    expect(jsonLines(stdout)).toEqual([message]);
  });

  it.each([['list'], ['list', '--json'], ['list', '--csv']])(
    '%s %s: whatever stands in messages, nothing of it controls or hides on a terminal',
    async (...args) => {
      const texts = fc.record({
        orderId: hostile,
        errorType: hostile,
        errorMessage: hostile,
        group: hostile,
        state: hostile,
        arrivedAt: hostile,
        originalTopic: hostile,
      });
      await fc.assert(
        fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 5 }), async (rows) => {
          const messages = rows.map((row, index) => listedMessage(index, row));
          const { code, stdout, stderr } = await run({ messages }, args, { columns: 200 });
          expect(code).toBe(0);
          expect(hiddenIn(stdout.replaceAll('\r\n', '\n') + stderr)).toEqual([]);
          const lines = args[1] === '--json' ? rows.length : rows.length + 1;
          expect(stdout.trimEnd().split('\n')).toHaveLength(lines);
        }),
        { numRuns: 30 },
      );
    },
  );
});

describe('show', () => {
  const id = listedMessage(7)['id'] as string;
  const whole = {
    ...listedMessage(7),
    stale: true,
    originalTimestamp: Date.UTC(2026, 0, 31, 9),
    originalKey: Buffer.from('ORDER-7').toString('base64'),
    originalValue: Buffer.from([255, 0]).toString('base64'),
    originalHeaders: [{ key: 'a', value: null }],
    totalAttempts: 8,
    redriveCount: 1,
    redrive: { id: 'job-1', count: 1, outcome: null },
    errorStack: 'ValueError: no\n    at work (orders.ts:3:1)',
    errorCauses: [{ type: 'Error', message: 'socket hang up' }],
    by: { functionName: 'process-orders', functionVersion: '3', requestId: 'request-9' },
    envelopeAt: { topic: 'order-events-dlq', partition: 2, offset: 5 },
    history: [
      {
        at: '2026-01-31T10:00:00.000Z',
        what: 'failed',
        by: 'publish-dead-letter',
        from: null,
        to: 'open',
        error: { type: 'ValueError', message: 'no' },
      },
      {
        at: '2026-01-31T11:00:00.000Z',
        what: 'claimed',
        by: 'arn:me',
        from: 'open',
        to: 'redriving',
        jobId: 'job-1',
        reason: 'fixed',
      },
    ],
  };

  it('says why, where from, what was done with it, and shows its bytes', async () => {
    const { code, stdout } = await run({ messages: [whole] }, ['show', id]);

    expect(code).toBe(0);
    expect(stdout).toContain('state     redriving (stale)'.replace('redriving', 'open'));
    expect(stdout).toContain('cause     Error: socket hang up');
    expect(stdout).toContain('attempts: 4, over all redrives 8');
    expect(stdout).toContain('redriven  1; the last by job-1: no outcome yet');
    expect(stdout).toContain('given up  order-service-group, process-orders, request-9');
    expect(stdout).toContain('envelope  order-events-dlq, partition 2, offset 5');
    expect(stdout).toContain('      at work (orders.ts:3:1)');
    expect(stdout).toMatch(
      /2026-01-31 10:00:00Z {2}failed +– → open +publish-dead-letter +ValueError: no/,
    );
    expect(stdout).toMatch(/claimed +open → redriving +arn:me +fixed +job-1/);
    expect(stdout).toContain('order-events  partition 1  offset 7  2026-01-31T09:00:00.000Z');
    expect(stdout).toContain('  key     text    ORDER-7');
    expect(stdout).toContain('  header  null    a');
    expect(stdout).toContain('  value   base64  /wA=');
  });

  it('--json has the answer as it came', async () => {
    const { stdout } = await run({ messages: [whole] }, ['show', id, '--json']);
    expect(jsonLines(stdout)).toEqual([whole]);
  });

  it('says where bytes are gone, or too large to be shown', async () => {
    const gone = { ...listedMessage(7), bytesMissing: true, valueSizeBytes: 9, valueSha256: 'ab' };
    expect((await run({ messages: [gone] }, ['show', id])).stdout).toMatch(
      /its bytes are not there any more\. 9 bytes, SHA-256 ab/,
    );
    const large = { ...whole, originalValue: null, omitted: ['originalValue'] };
    expect((await run({ messages: [large] }, ['show', id])).stdout).toMatch(
      /too large for an answer, so not shown: originalValue/,
    );
  });

  it('one that does not exist is exit code 4, a text that is no id 2', async () => {
    const missing = await run({}, ['show', id]);
    expect(missing).toMatchObject({ code: 4, stdout: '' });
    expect(missing.stderr).toMatch(
      /DEAD_LETTER_NOT_FOUND, request request-1\): It is DEAD_LETTER_NOT_FOUND/,
    );
    expect(await run({}, ['show', 'ORDER-1'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('nothing in a dead letter controls or hides on a terminal, whatever it is', async () => {
    const bytes = fc.option(
      fc.uint8Array({ maxLength: 40 }).map((all) => Buffer.from(all).toString('base64')),
    );
    const message = fc.record({
      orderId: hostile,
      errorMessage: hostile,
      errorStack: hostile,
      errorCauses: fc.array(fc.record({ type: hostile, message: hostile }), { maxLength: 3 }),
      by: fc.record({ functionName: hostile }),
      history: fc.array(fc.record({ what: hostile, by: hostile, reason: hostile, to: hostile }), {
        maxLength: 3,
      }),
      originalKey: bytes,
      originalValue: bytes,
      originalHeaders: fc.array(fc.record({ key: hostile, value: bytes }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(message, async (over) => {
        const { code, stdout } = await run({ messages: [listedMessage(7, over)] }, ['show', id], {
          columns: 100,
        });
        expect(code).toBe(0);
        expect(hiddenIn(stdout)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('groups', () => {
  const groups = Array.from({ length: 130 }, (_, index) => ({
    group: index.toString(16).padStart(16, '0'),
    title: `ValueError: order <id> is ${index}`,
    errorType: 'ValueError',
    counts: { open: index, redriving: 0, resolved: 1, discarded: 0, purging: 0, purged: 0 },
    firstSeenAt: '2026-01-30T10:00:00.000Z',
    lastSeenAt: '2026-01-31T10:00:00.000Z',
    example: '0'.repeat(32),
  }));

  it('is a table with counts by state, and has all pages in JSON', async () => {
    const table = await run({ groups }, ['groups'], { columns: 100 });
    expect(table.stdout.split('\n')[6]).toMatch(/^0{15}5 +5 .*ValueError: order <id> is 5/);
    expect(table.stderr).toContain('more than these 100');
    const json = await run({ groups }, ['groups', '--json']);
    expect(jsonLines(json.stdout)).toEqual(groups);
    const csv = await run({ groups }, ['groups', '--csv']);
    expect(csv.stdout.split('\r\n')[0]).toBe(
      '"group","open","redriving","resolved","discarded","purging","purged","last_seen","first_seen","title","example"',
    );
  });
});

describe('info', () => {
  it('says whether the service runs, and what waits', async () => {
    const { code, stdout } = await run({}, ['info'], { columns: 100 });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^API +http:\/\/127\.0\.0\.1:\d+ \(ORDER_DLQ_ENDPOINT\)$/m);
    expect(stdout).toMatch(/^running +yes$/m);
    expect(stdout).toMatch(/^in retry +1$/m);
    expect(stdout).toMatch(/^ORDER-1 +2 +2026-01-31 10:00:00Z +ValueError: no/m);
  });
});
