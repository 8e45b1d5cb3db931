import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createStackHome, startProgram, type StartedProgram } from '../support/local-stack.ts';

interface Sent {
  readonly method?: string;
  /** As it goes over the wire: nothing is escaped or normalized. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

type Expected = readonly [status: number, code: string, text: string];

const JSON_TYPE = { 'content-type': 'application/json' };
const ORIGIN = { origin: 'http://other.example', 'access-control-request-method': 'POST' };
const CREATE = '/api/create-order';

/** Nothing of these is a success, and every one of them says what to change. */
const REFUSED: readonly (readonly [name: string, sent: Sent, expected: Expected])[] = [
  ['a path with a malformed %', { path: '/api/orders/%zz' }, [400, 'REQUEST_INVALID', '%25']],
  ['a path that is no UTF-8', { path: '/api/orders/%ff' }, [400, 'REQUEST_INVALID', '%25']],
  [
    'OPTIONS from another origin',
    { method: 'OPTIONS', path: CREATE, headers: ORIGIN },
    [405, 'METHOD_NOT_ALLOWED', 'use POST'],
  ],
  ['PROPFIND', { method: 'PROPFIND', path: CREATE }, [405, 'METHOD_NOT_ALLOWED', 'use POST']],
  ['a GET of it', { path: CREATE }, [405, 'METHOD_NOT_ALLOWED', 'use POST']],
  ['two slashes', { path: '//api/dlq/info' }, [404, 'ROUTE_NOT_FOUND', 'did you mean']],
  ['an id that is left out', { path: '/api/orders/' }, [404, 'ROUTE_NOT_FOUND', 'did you mean']],
  ['an id with a slash', { path: '/api/orders/a%2Fb' }, [400, 'REQUEST_INVALID', 'letters']],
  ['an id of 5,000', { path: `/api/orders/${'a'.repeat(5_000)}` }, [400, 'REQUEST_INVALID', '128']],
  ['a path of 30,000', { path: `/${'a'.repeat(30_000)}` }, [400, 'REQUEST_INVALID', 'shorten']],
  [
    'a body of 7 MB',
    { method: 'POST', path: CREATE, headers: JSON_TYPE, body: 'x'.repeat(7_000_000) },
    [413, 'BODY_TOO_LARGE', 'send at most 65536'],
  ],
  [
    'a body of 12 MB',
    { method: 'POST', path: CREATE, headers: JSON_TYPE, body: 'x'.repeat(12_000_000) },
    [413, 'BODY_TOO_LARGE', 'send at most 65536'],
  ],
  [
    'a body without content type',
    { method: 'POST', path: CREATE, body: '{"numItems":0}' },
    [400, 'REQUEST_INVALID', '1 to 1000'],
  ],
  [
    'a content type that is none',
    { method: 'POST', path: CREATE, headers: { 'content-type': ';;' }, body: '{"numItems":1}' },
    [400, 'REQUEST_INVALID', 'content-type'],
  ],
  [
    'a form, as curl -F sends it',
    {
      method: 'POST',
      path: CREATE,
      headers: { 'content-type': 'multipart/form-data; boundary=----x' },
      body: '------x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n------x--\r\n',
    },
    [400, 'BODY_NOT_JSON', 'multipart/form-data): send content-type: application/json'],
  ],
  [
    'a body that is no UTF-8',
    { method: 'POST', path: CREATE, headers: JSON_TYPE, body: Uint8Array.of(0xff, 0xfe) },
    [400, 'BODY_NOT_JSON', 'send for example'],
  ],
];

const GOOD = 'GET /api/dlq/messages?limit=1 HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** What Node refuses, or fails at, before there is a request. Each ends its connection, or asks for it. */
const ON_THE_WIRE: readonly (readonly [name: string, bytes: string, expected: Expected])[] = [
  [
    'a method that HTTP does not have',
    'FOO / HTTP/1.1\r\nhost: a\r\n\r\n',
    [400, 'REQUEST_INVALID', 'HTTP has no such method'],
  ],
  [
    'headers of 30,000',
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(30_000)}\r\n\r\n`,
    [400, 'REQUEST_INVALID', 'shorten'],
  ],
  [
    'an Expect that nobody knows',
    'POST /api/create-order HTTP/1.1\r\nhost: a\r\nexpect: foo\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}',
    [400, 'REQUEST_INVALID', 'leave it out'],
  ],
  [
    'CONNECT',
    'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n',
    [405, 'METHOD_NOT_ALLOWED', 'use GET or POST'],
  ],
  [
    'a Host that is none',
    'GET /docs HTTP/1.1\r\nhost: a b[\r\nconnection: close\r\n\r\n',
    [400, 'REQUEST_INVALID', 'is no host'],
  ],
  [
    'no Host',
    'GET /docs HTTP/1.1\r\nconnection: close\r\n\r\n',
    [400, 'REQUEST_INVALID', 'Host is missing'],
  ],
];

describe('the local API answers whatever is refused like the deployed one', () => {
  const home = createStackHome();
  let started: StartedProgram;
  let port: number;
  beforeAll(async () => {
    const name = `t-${randomUUID().slice(0, 8)}`;
    started = startProgram({
      ...home.env,
      KAFKA_BROKERS: inject('kafkaBrokers'),
      KAFKA_ORDER_TOPIC: `${name}-orders`,
      KAFKA_DLQ_TOPIC: `${name}-dlq`,
      KAFKA_CONSUMER_GROUP: `${name}-group`,
    });
    port = Number(new URL((await started.up()).api).port);
  });
  afterAll(async () => {
    started.process.kill('SIGTERM');
    await started.exited;
    home.remove();
  });

  it.each(REFUSED)('%s', async (_name, sent, [status, code, remedy]) => {
    const answer = await send(port, sent);

    expect(answer).toMatchObject({ status, type: 'application/json; charset=utf-8' });
    expect(JSON.parse(answer.text)).toEqual({
      success: false,
      code,
      message: expect.stringContaining(remedy),
      requestId: expect.any(String),
    });
  });

  it.each(ON_THE_WIRE)('on a new connection: %s', async (_name, bytes, [status, code, remedy]) => {
    expect(await exchange(port, bytes)).toEqual([refusal(status, code, remedy)]);
  });

  it.each(ON_THE_WIRE)(
    'behind a good request: %s',
    async (_name, bytes, [status, code, remedy]) => {
      const answers = await exchange(port, GOOD, bytes);

      expect(answers).toEqual([
        expect.stringMatching(/^200 /) as string,
        refusal(status, code, remedy),
      ]);
    },
  );

  it('behind a request that is not answered yet: in its place, and the server goes on', async () => {
    const [, bytes, [status, code, remedy]] = ON_THE_WIRE[0] ?? expect.fail();

    expect(await exchange(port, GOOD + bytes)).toEqual([refusal(status, code, remedy)]);
    expect(await send(port, { path: '/docs' })).toMatchObject({ status: 200 });
  });

  it('the cookies of other programs on this machine are none of its business', async () => {
    const path = '/api/dlq/messages?limit=1';
    expect(await send(port, { path, headers: { cookie: 'a=";; b' } })).toMatchObject({
      status: 200,
    });
  });

  it('HEAD has the status and no body', async () => {
    expect(await send(port, { method: 'HEAD', path: '/docs' })).toMatchObject({
      status: 200,
      text: '',
    });
    expect(await send(port, { method: 'HEAD', path: '/nope' })).toMatchObject({
      status: 404,
      text: '',
    });
  });
});

async function send(port: number, { method = 'GET', path, headers = {}, body = '' }: Sent) {
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { ...headers, ...(body.length > 0 && length) },
    agent: false,
  });
  const answered = new Promise<{ status: number; type: unknown; text: string }>(
    (resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        const { statusCode = 0, headers: answers } = response;
        text(response).then(
          (whole) => resolve({ status: statusCode, type: answers['content-type'], text: whole }),
          reject,
        );
      });
    },
  );
  request.end(body);
  return answered;
}

/** Sends each text once the one before is answered. @returns the answers, each its status and its body */
async function exchange(port: number, ...texts: readonly string[]): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  const whole = text(socket);
  for (const [index, bytes] of texts.entries()) {
    if (index > 0) await answered(socket);
    socket.write(bytes);
  }
  return (await whole).split(/(?=HTTP\/1\.1 )/).map((answer) => {
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/\r\ncontent-type: application\/json; charset=utf-8\r\n/i);
    return `${head.split(' ')[1]} ${body}`;
  });
}

/** Resolves when a body of JSON has ended. */
async function answered(socket: Socket): Promise<void> {
  let last: Buffer;
  do [last] = (await once(socket, 'data')) as [Buffer];
  while (last.at(-1) !== '}'.charCodeAt(0));
}

function refusal(status: number, code: string, remedy: string): string {
  return expect.stringMatching(
    new RegExp(`^${status} \\{"success":false,"code":"${code}","message":"[^\n]*${remedy}`),
  ) as string;
}
