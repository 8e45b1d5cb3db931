import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { endpointOf } from '../../../../cli/dlq/endpoint.ts';
import {
  type DlqApiStub,
  listedMessage,
  startDlqApiStub,
  type StubOptions,
} from '../../../support/dlq-api-stub.ts';
import { orderDlq } from '../../../support/order-dlq.ts';

let stub: DlqApiStub | undefined;
afterEach(() => stub?.close());

async function run(options: StubOptions, ...args: string[]) {
  stub = await startDlqApiStub(options);
  return orderDlq(args, { url: stub.url });
}

describe('the address', () => {
  // Made where a test runs, and not where one is only looked for.
  const root = join(tmpdir(), `order-dlq-${randomUUID()}`);
  const inside = join(root, 'a', 'b');
  beforeAll(() => {
    mkdirSync(inside, { recursive: true });
    mkdirSync(join(root, '.localstack'));
    writeFileSync(join(root, '.localstack', 'endpoints.json'), '{"api": "http://localhost:1234/"}');
    mkdirSync(join(root, 'a', 'b', '.localstack'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it.each([
    { option: 'https://a/prod/', env: { ORDER_DLQ_ENDPOINT: 'http://b' }, is: 'https://a/prod' },
    { option: undefined, env: { ORDER_DLQ_ENDPOINT: 'http://b' }, is: 'http://b/' },
    { option: undefined, env: { ORDER_DLQ_ENDPOINT: '' }, is: 'http://localhost:1234/' },
    {
      option: undefined,
      env: { LOCALSTACK_DIR: join(root, '.localstack') },
      is: 'http://localhost:1234/',
    },
  ])('$option, $env: $is', ({ option, env, is }) => {
    expect(endpointOf(option, env, inside).url.href).toBe(is);
  });

  it('of AWS says its region', () => {
    const regionOf = (url: string) => endpointOf(url, {}, '/').region;
    expect(regionOf('https://a1b2.execute-api.eu-west-1.amazonaws.com/dev')).toBe('eu-west-1');
    expect(regionOf('https://a1b2.execute-api.cn-north-1.amazonaws.com.cn')).toBe('cn-north-1');
    expect(regionOf('https://execute-api.eu-west-1.amazonaws.com.example.com')).toBeUndefined();
    expect(regionOf('http://localhost:8000')).toBeUndefined();
  });

  it.each(['localhost:8000', 'ftp://a', 'http://a?b', 'http://user:secret@a', 'http://a#b', ''])(
    'refuses %j',
    (text) => {
      expect(() => endpointOf(text, {}, '/')).toThrow(
        /--endpoint is ".*": write the API's address/,
      );
    },
  );

  it('none at all is said, with what to do', async () => {
    const { code, stderr } = await orderDlq(['list'], { env: { LOCALSTACK_DIR: '/nonexistent' } });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^No API to talk to: .*\n {2}→ Start the stack .* or say --endpoint/);
  });
});

describe('an API that does not answer as it should', () => {
  it('nobody there: said at once, with the address', async () => {
    const { code, stderr } = await orderDlq(['list'], {
      url: 'http://127.0.0.1:2',
    });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^The API at http:\/\/127\.0\.0\.1:\d+\/ did not answer: .*ECONNREFUSED.*\n {2}→ Is it up/,
    );
  });

  it('what is no address is said at once', async () => {
    const { code, stderr } = await orderDlq(['list'], { url: 'http://127.0.0.1:1' });
    expect(code).toBe(3);
    expect(stderr).toContain('The API at http://127.0.0.1:1/ did not answer: bad port');
  });

  it.each([429, 502, 503, 504])('%d is asked again, twice', async (status) => {
    const busy = (times: number): StubOptions => ({
      messages: [listedMessage(1)],
      instead: (_, nth) =>
        nth <= times ? [status, { success: false, code: 'X', message: 'busy' }] : undefined,
    });
    expect(await run(busy(2), 'list')).toMatchObject({ code: 0 });
    await stub?.close();
    expect(await run(busy(3), 'list')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`${status} (X): busy`),
    });
    expect(stub?.asked).toHaveLength(3);
  });

  it('a connection that breaks is tried again', async () => {
    const options: StubOptions = { instead: (_, nth) => (nth === 1 ? 'hang up' : undefined) };
    expect(await run(options, 'list')).toMatchObject({ code: 0 });
  });

  it('a refusal is not asked again, and says code, request and text', async () => {
    const body = {
      success: false,
      code: 'REQUEST_INVALID',
      message: 'state is\u001b wrong',
      requestId: 'r-1',
    };
    const { code, stderr } = await run({ instead: () => [400, body] }, 'list');
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr:
        'GET /api/dlq/messages was answered with 400 (REQUEST_INVALID, request r-1): state is\\x1b wrong\n',
    });
    expect(stub?.asked).toHaveLength(1);
  });

  it.each([
    { body: '<html>502</html>', status: 500, says: /answered with 500: <html>502/ },
    { body: '<html>hello</html>', status: 200, says: /answered with 200: <html>/ },
    { body: [], status: 200, says: /answered with 200/ },
    { body: {}, status: 200, says: /has no list "messages": this is not the API/ },
    { body: '', status: 302, says: /answered with 302: no text/ },
  ])('$status $body', async ({ body, status, says }) => {
    const { code, stderr } = await run({ instead: () => [status, body] }, 'list');
    expect(code).toBe(3);
    expect(stderr).toMatch(says);
  });
});

describe('signatures', () => {
  const KEYS = {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
  };
  const iam = { AKIDEXAMPLE: 'secret' };
  // The SDK's chain reads the process's own environment.
  const before = { ...process.env };
  beforeAll(() => Object.assign(process.env, KEYS));
  afterAll(() => {
    for (const name of Object.keys(KEYS)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
  const messages = [listedMessage(1, { orderId: "it's (1) *&+ ü/?" })];

  it('are made once the API asks for one, and for every request from then on', async () => {
    const { code, stdout } = await run({ iam, messages }, 'list', '--order-id', "it's (1) *&+ ü/?");
    expect({ code, stdout }).toMatchObject({ code: 3, stdout: '' });
    await stub?.close();

    stub = await startDlqApiStub({ iam, messages });
    const args = ['list', '--json', '--order-id', "it's (1) *&+ ü/?"];
    const signed = await orderDlq(args, { url: stub.url, env: { AWS_REGION: 'eu-west-1' } });
    expect(signed).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(signed.stdout)).toEqual(messages[0]);
    expect(stub.asked.map(({ isSigned }) => isSigned)).toEqual([false, true]);
  });

  it('with --region from the first request on; bodies and odd texts are signed too', async () => {
    stub = await startDlqApiStub({ iam, messages });
    const go = (line: string) =>
      orderDlq([...line.split(' '), '--region', 'us-east-1'], { url: stub?.url ?? '' });
    expect(await go(`redrive ${String(messages[0]?.['id'])} --reason x --yes`)).toMatchObject({
      code: 0,
    });
    expect(await go('status job-7')).toMatchObject({ code: 4 });
    expect(await go("list --order-id it's(1)*/ü")).toMatchObject({ code: 0 });
    expect(stub.asked.every(({ isSigned }) => isSigned)).toBe(true);
  });

  it('another secret is refused, and the answer shown', async () => {
    stub = await startDlqApiStub({ iam: { AKIDEXAMPLE: 'another' } });
    const { code, stderr } = await orderDlq(['list', '--region', 'us-east-1'], { url: stub.url });
    expect(code).toBe(3);
    expect(stderr).toContain('answered with 403: another signature');
    expect(stub.asked).toHaveLength(1);
  });

  it('no region is said, with what to do', async () => {
    const { code, stderr } = await run({ iam }, 'list');
    expect(code).toBe(3);
    expect(stderr).toMatch(/does not say for which region\.\n {2}→ Say --region REGION/);
  });
});
