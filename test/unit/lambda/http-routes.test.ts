import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { systemClock } from '../../../lib/effect/system-clock.ts';
import { jsonAnswer } from '../../../lib/lambda/http-answer.ts';
import { httpRoutesHandler, type WiredRoute } from '../../../lib/lambda/http-routes.ts';
import { call } from '../../support/http-events.ts';
import { captureLog } from '../../support/log-lines.ts';

const nothing = z.strictObject({});
const { log } = captureLog();

function route(path: z.ZodMiniObject, name: string): WiredRoute {
  const answer: WiredRoute['answer'] = async (input, { principal }) =>
    jsonAnswer(200, { name, input, principal });
  return { schemas: { path, query: nothing }, clock: systemClock, log, answer };
}

const handler = httpRoutesHandler({
  'GET /things': route(nothing, 'list'),
  'GET /things/{id}': route(z.strictObject({ id: z.string() }), 'one'),
});

it('asks the endpoint of the route that API Gateway names', async () => {
  const list = await call(handler, { path: '/things', routeKey: 'GET /things' });
  const one = await call(handler, {
    path: '/things/7',
    pathParameters: { id: '7' },
    routeKey: 'GET /things/{id}',
  });

  expect(list.body).toMatchObject({ name: 'list', input: { path: {} } });
  expect(one.body).toMatchObject({ name: 'one', input: { path: { id: '7' } }, principal: 'local' });
});

it('checks each request by the schemas of its own route', async () => {
  const answer = await call(handler, { path: '/things?limit=1', routeKey: 'GET /things' });
  expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
});

it.each(['$default', 'POST /things', '__proto__', 'constructor'])(
  'answers what is no route of it: %s',
  async (routeKey) => {
    const answer = await call(handler, { path: '/elsewhere?a=1', routeKey, body: 'x' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } });
  },
);

it('is refused without any', () => {
  expect(() => httpRoutesHandler({})).toThrow('give at least one');
});
