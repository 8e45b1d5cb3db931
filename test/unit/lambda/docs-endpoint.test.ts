import { expect, it } from 'vitest';
import { docsEndpoint } from '../../../lib/lambda/docs-endpoint.ts';
import { describeApi } from '../../../lib/wire-docs.ts';

const answer = docsEndpoint(describeApi());
const get = (rawPath: string, ifNoneMatch?: string) =>
  answer({ method: 'GET', rawPath, ifNoneMatch });

it('leads from / to the documentation', () => {
  expect(get('/')).toMatchObject({ statusCode: 302, headers: { location: '/docs' } });
});

it.each(['/docs', '/docs/'])('%s is a page that loads nothing from elsewhere', (path) => {
  const { statusCode, headers, body = '' } = get(path);

  expect(statusCode).toBe(200);
  expect(headers?.['content-type']).toBe('text/html; charset=utf-8');
  expect(headers?.['content-security-policy']).toContain("default-src 'none'");
  const loaded = [...body.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, url]) => url);
  expect(loaded).toHaveLength(4);
  expect(loaded.filter((url) => !url?.startsWith('/') && url !== 'data:,')).toEqual([]);
});

it('serves what the page loads, for good, for its name changes with it', () => {
  const { body = '' } = get('/docs');
  const assets = [...body.matchAll(/"(\/docs\/[^"]+)"/g)].map(([, path]) => path ?? '');

  expect(assets).toHaveLength(2);
  for (const path of assets) {
    const { statusCode, headers } = get(path);
    expect(statusCode).toBe(200);
    expect(headers?.['cache-control']).toContain('immutable');
    expect(headers?.['content-type']).toMatch(/^text\/(css|javascript)/);
  }
});

it('serves the API document', () => {
  const { headers, body = '' } = get('/openapi.json');

  expect(headers?.['content-type']).toBe('application/json; charset=utf-8');
  expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(describeApi())));
});

it('says that nothing has changed to whoever has it', () => {
  const etag = String(get('/docs').headers?.etag);

  expect(get('/docs', etag)).toMatchObject({ statusCode: 304, body: '' });
  expect(get('/docs', `"x", ${etag}`).statusCode).toBe(304);
  expect(get('/docs', '"x"').statusCode).toBe(200);
  expect(get('/openapi.json', etag).statusCode).toBe(200);
});

it('answers HEAD as GET, without the body', () => {
  const head = answer({ method: 'HEAD', rawPath: '/docs', ifNoneMatch: undefined });

  expect(head).toMatchObject({ statusCode: 200, body: '' });
  expect(head.headers).toEqual(get('/docs').headers);
});

it.each([
  { method: 'GET', path: '/api/create-order', allow: ['POST'] },
  { method: 'DELETE', path: '/api/orders/ORDER-1', allow: ['GET'] },
  { method: 'POST', path: '/api/dlq/messages', allow: ['GET'] },
  { method: 'POST', path: '/api/dlq/messages/abc', allow: ['GET'] },
  { method: 'POST', path: '/docs', allow: ['GET', 'HEAD'] },
  { method: 'PUT', path: '/', allow: ['GET', 'HEAD'] },
])('$method $path is not possible, but $allow', ({ method, path, allow }) => {
  expect(() => answer({ method, rawPath: path, ifNoneMatch: undefined })).toThrow(
    expect.objectContaining({ code: 'METHOD_NOT_ALLOWED', allow }) as Error,
  );
});

it.each([
  { path: '/api/dlq/mesages', says: 'did you mean /api/dlq/messages?' },
  { path: '/api/orders', says: 'did you mean /api/orders/{orderId}?' },
  { path: '/openapi.yaml', says: 'did you mean /openapi.json?' },
  { path: '/api/orders/a/b/c/d/e/f/g/h/i/j/k', says: 'Nothing is at /api/orders/a/b' },
  { path: '/docs/nothing.css', says: 'Nothing is at /docs/nothing.css' },
  { path: '/favicon.ico', says: 'see /docs' },
  { path: '/__proto__', says: 'see /docs' },
  { path: `/${'x'.repeat(5000)}`, says: 'see /docs' },
])('$path is nowhere: $says', ({ path, says }) => {
  expect(() => get(path)).toThrow(
    expect.objectContaining({
      code: 'ROUTE_NOT_FOUND',
      message: expect.stringContaining(says) as string,
    }) as Error,
  );
});
