import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createKafkaTestClient, type KafkaTestClient } from '../../support/kafka-client.ts';
import { createStackHome, startProgram, type StartedProgram } from '../../support/local-stack.ts';
import { hiddenIn, orderDlq, type Setting } from '../../support/order-dlq.ts';
import { until } from '../../support/until.ts';

type Json = Readonly<Record<string, unknown>>;

/** More than three pages. */
const STRANGE = 310;
const HEALING = 6;
const FAILING = 3;

describe('order-dlq and the stack', () => {
  const home = createStackHome();
  const name = `t-${randomUUID().slice(0, 8)}`;
  let started: StartedProgram;
  let kafka: KafkaTestClient;
  let url = '';

  beforeAll(async () => {
    started = startProgram({
      ...home.env,
      KAFKA_BROKERS: inject('kafkaBrokers'),
      KAFKA_ORDER_TOPIC: `${name}-orders`,
      KAFKA_DLQ_TOPIC: `${name}-dlq`,
      KAFKA_CONSUMER_GROUP: `${name}-group`,
      DLQ_MAX_RETRIES: '0',
    });
    url = (await started.up()).api;
    kafka = await createKafkaTestClient(inject('kafkaBrokers'));
    const values = [
      ...Array.from({ length: STRANGE }, (_, number) => `\u001b]0;owned\u0007 no order ${number}`),
      ...orders(HEALING, 'ORDER-TEST-HEALS-1'),
      ...orders(FAILING, 'ORDER-TEST-FAIL'),
    ];
    const records = values.map((value, number) => ({
      topic: `${name}-orders`,
      build: (count: number) => ({
        partition: number % count,
        key: Buffer.from(String(number)),
        value: Buffer.from(value),
        headers: [],
      }),
    }));
    await kafka.publisher.publish(records, { deadlineMs: Date.now() + 30_000 });
    await until(
      'all of them are dead letters',
      async () => ((await list('--state open')).length === values.length ? true : undefined),
      { timeoutMs: 120_000, describe: () => started.stderr().slice(-2_000) },
    );
  }, 300_000);

  afterAll(async () => {
    await kafka.close();
    started.process.kill('SIGTERM');
    await started.exited;
    home.remove();
  });

  const run = (line: string, setting: Setting = {}) =>
    orderDlq(line.match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? [], {
      url,
      isUnhurried: true,
      ...setting,
    });
  const lines = async (line: string): Promise<Json[]> => {
    const { code, stdout, stderr } = await run(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout === ''
      ? []
      : stdout
          .trimEnd()
          .split('\n')
          .map((text) => JSON.parse(text) as Json);
  };
  const list = (conditions: string) => lines(`list --json ${conditions}`);
  const groupOf = async (start: string): Promise<string> =>
    String(
      (await list('--state open')).find(({ orderId }) => String(orderId).startsWith(start))?.[
        'group'
      ],
    );

  it('lists all pages, in every form, by every condition', async () => {
    expect(await list('--reason-code undecodable')).toHaveLength(STRANGE);
    expect(
      await list(`--topic ${name}-orders --partition 0 --offset-from 1 --offset-to 3`),
    ).toHaveLength(3);
    expect(await list('--error-type ValueError --from 1h')).toHaveLength(HEALING + FAILING);
    expect(await list('--order-id ORDER-TEST-FAIL-1')).toHaveLength(1);
    expect(await list('--to 1h')).toEqual([]);
    const csv = await run('list --csv');
    expect(csv.stdout.trimEnd().split('\r\n')).toHaveLength(1 + STRANGE + HEALING + FAILING);
    const table = await run('list', { columns: 100 });
    expect(table.stdout.trimEnd().split('\n')).toHaveLength(101);
    expect(table.stderr).toContain('more than these 100');
    expect(hiddenIn(table.stdout)).toEqual([]);
  });

  it('shows one with its exact bytes, and none of its control characters', async () => {
    const [strange] = await list('--reason-code undecodable --limit 1');
    const { code, stdout } = await run(`show ${String(strange?.['id'])}`, { columns: 100 });
    expect(code).toBe(0);
    expect(stdout).toContain(String.raw`value   text    \x1b]0;owned\x07 no order`);
    expect(stdout).toMatch(/failed +– → open/);
    expect(hiddenIn(stdout)).toEqual([]);
    expect((await run('info')).stdout).toContain(`DLQ topic    ${name}-dlq`);
  });

  it('groups them by cause', async () => {
    const groups = await lines('groups --json');
    const open = groups.map(({ counts }) => (counts as { open: number }).open);
    expect(open.toSorted((a, b) => b - a)).toEqual([STRANGE, HEALING, FAILING]);
  });

  it('redrives a group to its end', async () => {
    const group = await groupOf('ORDER-TEST-HEALS');
    const planned = await run(`redrive --group ${group} --dry-run`);
    expect(planned).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`redrive ${HEALING} dead letters`),
    });

    const { code, stdout } = await run(
      `redrive --group ${group} --canary 2 --reason 'fixed' --yes`,
    );

    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`is done: ${HEALING} of ${HEALING} resolved.`),
    });
    expect(await list(`--group ${group} --state resolved`)).toHaveLength(HEALING);
    expect(await run(`redrive --group ${group} --reason x --yes`)).toMatchObject({ code: 4 });
  });

  it('a cause that is not fixed stops it: exit code 1', async () => {
    const group = await groupOf('ORDER-TEST-FAIL');
    const { code, stdout } = await run(`redrive --group ${group} --reason 'a try' --yes`);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('stopped by itself'),
    });
    expect(await list(`--group ${group} --state open`)).toHaveLength(FAILING);
  });

  it('discards, restores and purges, once it was said yes', async () => {
    const group = await groupOf('ORDER-TEST-FAIL');
    const asked = { columns: 100, answers: ['only tests', 'y'] };
    expect(await run(`discard --group ${group}`, asked)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${FAILING} of ${FAILING} discarded`),
    });
    const [one] = await list('--state discarded --limit 1');
    expect(await run(`restore ${String(one?.['id'])} --reason needed --yes`)).toMatchObject({
      code: 0,
    });
    expect(
      await run('purge --state discarded', { columns: 100, answers: ['old', 'n'] }),
    ).toMatchObject({ code: 5 });
    expect(await list('--state purged')).toEqual([]);
    expect(await run('purge --state discarded --reason old --yes')).toMatchObject({ code: 0 });
    expect(await list('--state purged')).toHaveLength(FAILING - 1);
    expect((await run(`show ${String(one?.['id'])}`)).stdout).toMatch(
      /restored +discarded → open +local +needed/,
    );
  });

  it('cancels a job, and tells of all of them', async () => {
    const left = await run(
      'redrive --reason-code undecodable --rate 1 --reason x --yes --no-wait --json',
    );
    const { id } = JSON.parse(left.stdout) as { id: string };
    const cancelled = await run(`cancel ${id}`, { columns: 100, answers: ['y'] });
    // Its canary fails at once: it may have stopped by itself meanwhile.
    expect([0, 1, 3]).toContain(cancelled.code);

    const jobs = await lines('status --json');
    expect(jobs[0]).toMatchObject({ id, kind: 'redrive' });
    expect(jobs.map(({ kind }) => kind)).toEqual([
      'redrive',
      'purge',
      'restore',
      'discard',
      'redrive',
      'redrive',
    ]);
    expect((await run(`status ${id}`)).stdout).toMatch(
      /^redrive .*\n {2}state +(?:cancelled|stopped)/,
    );
    expect(await run(`status ${randomUUID()}`)).toMatchObject({ code: 4 });
  });

  it('reindexes to its end, and changes nothing where nothing differs', async () => {
    const { code, stdout } = await run('reindex --yes --json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ opened: 0, resolved: 0, erased: 0, left: 0 });
    expect((JSON.parse(stdout) as { read: number }).read).toBeGreaterThan(STRANGE);
  });
});

function orders(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, number) =>
    JSON.stringify({
      eventType: 'ORDER_CREATED',
      orderId: `${prefix}-${number}`,
      customerId: 'CUSTOMER-1',
      items: [{ productId: 'PRODUCT-1', quantity: 1, price: 9.99 }],
      totalAmount: 9.99,
      currency: 'USD',
      status: 'PENDING',
      createdAt: '2026-01-31T10:00:00.000Z',
    }),
  );
}
