import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { httpRoutesHandler } from '../../lib/lambda/http-routes.ts';
import { wireDlqJobCancel } from '../../lib/wire-dlq-job-cancel.ts';
import { wireDlqJobStart } from '../../lib/wire-dlq-job-start.ts';
import { wireDlqJob } from '../../lib/wire-dlq-job.ts';
import { idOf } from '../support/dead-letter-items.ts';
import { call } from '../support/http-events.ts';
import { ROOT } from '../support/source-files.ts';

// Nobody listens on the discard port: whatever is refused, is refused before a store is asked.
const env = { KAFKA_BROKERS: '127.0.0.1:9' };
vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
afterAll(() => vi.unstubAllEnvs());
const functions = {
  'start-dlq-job': wireDlqJobStart(env),
  'get-dlq-job': wireDlqJob(env),
  'cancel-dlq-job': wireDlqJobCancel(env),
};

it.each(Object.entries(functions))(
  '%s has the routes that serverless.yml gives it',
  (name, routes) => {
    const yaml = readFileSync(join(ROOT, 'serverless.yml'), 'utf8');
    const own = yaml.split(`\n  ${name}:\n`)[1]?.split(/\n {2}\S/)[0] ?? '';
    const declared = [...own.matchAll(/httpApi: (\w+ \S+)/g)].map(([, route = '']) => route);

    expect(Object.keys(routes).toSorted()).toEqual(declared.toSorted());
    expect(declared.length).toBeGreaterThan(3);
  },
);

describe('a wrong request', () => {
  const start = httpRoutesHandler(functions['start-dlq-job']);
  const get = httpRoutesHandler(functions['get-dlq-job']);
  const cancel = httpRoutesHandler(functions['cancel-dlq-job']);
  const GROUP = '0123456789abcdef';

  it.each([
    { body: {}, says: 'Nothing is selected: give one of planId, ids, group and filter' },
    { body: { ids: [idOf(1)], group: GROUP }, says: 'ids and group stand beside each other' },
    { body: { dryRun: false, group: GROUP }, says: 'reason is missing: write why' },
    { body: { planId: 'a' }, says: 'planId stands beside dryRun true' },
    {
      body: { dryRun: false, planId: 'a', reason: 'x', canary: 2 },
      says: 'canary beside planId: leave out',
    },
    { body: { ids: ['0123'] }, says: 'ids.0 is "0123": write the id of a dead letter' },
    { body: { ids: [] }, says: 'ids is an array of length 0: write a list of 1 to 1000 ids' },
    {
      body: { filter: { from: '2026-02-01', to: '2026-01-01' } },
      says: 'filter.from is not before filter.to: give an earlier',
    },
    {
      body: { filter: { originalOffsetFrom: 1 } },
      says: 'filter.originalOffsetFrom stands without filter.originalPartition',
    },
    { body: { filter: { orderId: 'a b' } }, says: 'filter.orderId is "a b": write 1 to 128' },
    {
      body: { filter: { sate: 'open' } },
      says: 'Unknown field "filter.sate": did you mean state?',
    },
    { body: { group: GROUP, rate: 50 }, says: 'Unknown field "rate"' },
    { body: { dryrun: false, group: GROUP }, says: 'Unknown field "dryrun": did you mean dryRun?' },
    { body: { group: GROUP, ratePerSecond: 5000 }, says: 'ratePerSecond is 5000: write a whole' },
  ])('to start is answered with field, fault and remedy: $says', async ({ body, says }) => {
    const answer = await call(start, {
      method: 'POST',
      path: '/api/dlq/redrives',
      routeKey: 'POST /api/dlq/redrives',
      body: JSON.stringify(body),
    });

    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect(answer.body['message']).toContain(says);
  });

  it.each([
    { what: 'no JSON', body: '{', status: 400, code: 'BODY_NOT_JSON' },
    { what: 'missing', body: '', status: 400, code: 'BODY_NOT_JSON' },
    { what: 'too large', body: ' '.repeat(65_537), status: 413, code: 'BODY_TOO_LARGE' },
  ])('whose body is $what is answered with $code', async ({ body, status, code }) => {
    const routeKey = 'POST /api/dlq/purges';
    const answer = await call(start, { method: 'POST', path: '/api/dlq/purges', routeKey, body });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it.each(['discards', 'restores', 'purges'])('%s have no canary', async (path) => {
    const answer = await call(start, {
      method: 'POST',
      path: `/api/dlq/${path}`,
      routeKey: `POST /api/dlq/${path}`,
      body: JSON.stringify({ group: GROUP, canary: 1 }),
    });
    expect(answer.body['message']).toContain('Unknown field "canary"');
  });

  it.each([
    {
      handler: get,
      request: { path: '/api/dlq/redrives?limit=0', routeKey: 'GET /api/dlq/redrives' },
      code: 'REQUEST_INVALID',
    },
    {
      handler: get,
      request: { path: '/api/dlq/redrives?state=open', routeKey: 'GET /api/dlq/redrives' },
      code: 'REQUEST_INVALID',
    },
    {
      handler: get,
      request: { path: '/api/dlq/redrives?cursor=abc', routeKey: 'GET /api/dlq/redrives' },
      code: 'CURSOR_INVALID',
    },
    {
      handler: get,
      request: {
        path: '/api/dlq/redrives/a%20b',
        pathParameters: { id: 'a b' },
        routeKey: 'GET /api/dlq/redrives/{id}',
      },
      code: 'REQUEST_INVALID',
    },
    {
      handler: cancel,
      request: {
        method: 'POST',
        path: '/api/dlq/purges/a%20b/cancel',
        pathParameters: { id: 'a b' },
        routeKey: 'POST /api/dlq/purges/{id}/cancel',
      },
      code: 'REQUEST_INVALID',
    },
  ])('$request.path is a 400, $code', async ({ handler, request, code }) => {
    expect(await call(handler, request)).toMatchObject({ status: 400, body: { code } });
  });
});
