import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createConfluentRegistry } from '../../lib/effect/registry/confluent-registry.ts';
import { createGlueRegistry } from '../../lib/effect/registry/glue-registry.ts';
import { makeKeystore, PASSWORD } from '../support/oauth-broker.ts';
import { testDir } from '../support/test-stack.ts';

const VERSION = 'b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63';

let close: (() => void) | undefined;
afterEach(() => close?.());

interface Tls {
  readonly pfx: Buffer;
  readonly passphrase: string;
}

/** A registry that answers everything in one way. */
async function stub(listener: RequestListener, tls?: Tls): Promise<string> {
  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/sub/path/`;
}

const answering = (status: number, body: unknown) =>
  stub((_request, response) => {
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });

const UNAVAILABLE = (message: RegExp) => ({
  code: 'REGISTRY_UNAVAILABLE',
  message: expect.stringMatching(message) as string,
});

describe('what is not the record’s fault', () => {
  it.each<[number, unknown, RegExp]>([
    [500, { error_code: 50001, message: 'backend' }, /answered with 500 \(backend\)/],
    [503, '<html>', /answered with 503/],
    [401, '', /401: look at SCHEMA_REGISTRY_AUTH/],
    [403, '', /403: look at SCHEMA_REGISTRY_AUTH/],
    [429, '', /429/],
    [404, '<html>Not found</html>', /404: is it a registry, and does its address have a path/],
    [404, { error_code: 404, message: 'HTTP 404' }, /404/],
    [200, { schema: 7 }, /200/],
    [200, 'no JSON', /200/],
    [200, `"${'x'.repeat(3 * 1024 * 1024)}"`, /an answer of over 2097152 bytes/],
  ])('%i %j is an outage, of both questions', async (status, body, message) => {
    const registry = createConfluentRegistry({ url: await answering(status, body) });
    await expect(registry.find('1')).rejects.toMatchObject(UNAVAILABLE(message));
    await expect(registry.register('s-value', '"int"')).rejects.toMatchObject(UNAVAILABLE(/./));
  });

  it('no answer in time is one, and so is nobody there', async () => {
    const silent = createConfluentRegistry({ url: await stub(() => undefined), timeoutMs: 200 });
    await expect(silent.find('1')).rejects.toMatchObject(UNAVAILABLE(/no answer within 200 ms/));
    const nobody = createConfluentRegistry({ url: 'http://127.0.0.1:1' });
    await expect(nobody.find('1')).rejects.toMatchObject(UNAVAILABLE(/ECONNREFUSED/));
  });

  const glueAt = (endpoint: string) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = { endpoint, region: 'us-east-1', credentials };
    return createGlueRegistry({ registry: 'r', client });
  };

  it.each<[number, unknown, RegExp]>([
    [500, { __type: 'InternalServiceException' }, /InternalServiceException/],
    [400, { __type: 'ThrottlingException' }, /ThrottlingException/],
    [400, { __type: 'AccessDeniedException', message: 'no glue:' }, /AccessDenied.*no glue:/],
    [503, '<html>', /asking for schema version/],
  ])('Glue: %i %j is an outage, of both questions', async (status, body, message) => {
    const registry = glueAt(await answering(status, body));
    await expect(registry.find(VERSION)).rejects.toMatchObject(UNAVAILABLE(message));
    await expect(registry.register('s-value', '"int"')).rejects.toMatchObject(UNAVAILABLE(/./));
  });

  it('Glue: no answer within its time', async () => {
    const registry = glueAt(await stub(() => undefined));
    await expect(registry.find(VERSION)).rejects.toMatchObject(UNAVAILABLE(/Timeout/));
  });

  it('Glue: nobody there', async () => {
    const registry = glueAt('http://127.0.0.1:1');
    await expect(registry.find(VERSION)).rejects.toMatchObject(
      UNAVAILABLE(/The Glue schema registry r: asking for schema version b7b4a7f0/),
    );
  });
});

it('an id that the registry says it does not have is no outage', async () => {
  const body = { error_code: 40403, message: 'Schema not found' };
  const registry = createConfluentRegistry({ url: await answering(404, body) });
  expect(await registry.find('1')).toBeUndefined();
});

it('sends user and password, keeps the path of the address, and sets the compatibility before the first version', async () => {
  const seen: string[] = [];
  const url = await stub((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const isLookUp = request.method === 'POST' && !request.url?.endsWith('/versions');
    response
      .writeHead(isLookUp ? 404 : 200)
      .end(JSON.stringify(isLookUp ? { error_code: 40401 } : { id: 7 }));
  });
  const registry = createConfluentRegistry({ url, auth: 'user:päss' });
  expect(await registry.register('a/b-value', '"int"')).toBe('7');
  const basic = `Basic ${Buffer.from('user:päss').toString('base64')}`;
  expect(seen).toEqual([
    `POST /sub/path/subjects/a%2Fb-value ${basic}`,
    `PUT /sub/path/config/a%2Fb-value ${basic}`,
    `POST /sub/path/subjects/a%2Fb-value/versions ${basic}`,
  ]);
});

it('TLS: the certificate is checked, with the authority that is named, as text or as a file', async () => {
  const dir = mkdtempSync(join(testDir(), 'registry-tls-'));
  const { keystore, ca } = await makeKeystore(dir);
  const tls = { pfx: readFileSync(keystore), passphrase: PASSWORD };
  const url = await stub((_request, response) => response.end('{"schema":"\\"int\\""}'), tls);
  const file = join(dir, 'ca.pem');
  writeFileSync(file, ca);
  await expect(createConfluentRegistry({ url }).find('1')).rejects.toMatchObject(
    UNAVAILABLE(/certificate/),
  );
  expect(await createConfluentRegistry({ url, ca }).find('1')).toBe('"int"');
  expect(await createConfluentRegistry({ url, ca: file }).find('1')).toBe('"int"');
  rmSync(dir, { recursive: true });
});
