import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { systemClock } from '../../../lib/effect/system-clock.ts';
import { jsonAnswer, type HttpAnswer } from '../../../lib/lambda/http-answer.ts';
import { HTTP_DEADLINE_MS, httpHandler, type HttpCall } from '../../../lib/lambda/http-handler.ts';
import { AppError } from '../../../lib/model/errors.ts';
import { call } from '../../support/http-events.ts';
import { captureLog } from '../../support/log-lines.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const NOW_MS = 1_000_000;

function setUp(
  answer: (input: unknown, call: HttpCall) => Promise<HttpAnswer>,
  options: { readonly answerMs?: number } = {},
) {
  const { log, lines } = captureLog();
  const schemas = {
    path: z.strictObject({ id: z.optional(z.string()) }),
    query: z.strictObject({ limit: z.optional(z.string()) }),
    body: z.strictObject({ n: z.number('write a number') }),
    bodyExample: '{"n":1}',
  };
  const clock = { ...systemClock, nowMs: () => NOW_MS };
  return { handler: httpHandler({ schemas, answer, clock, log, ...options }), lines };
}

const REQUEST = {
  method: 'POST',
  path: '/api/x/7?limit=3',
  pathParameters: { id: '7' },
  routeKey: 'POST /api/x/{id}',
  body: '{"n":1}',
};
const ok = async () => jsonAnswer(200, { success: true });

it('hands on what was parsed, the time that is left, and a log that says which request it is', async () => {
  const seen: unknown[] = [];
  const { handler, lines } = setUp(async (input, { deadlineMs, nowMs, log }) => {
    seen.push(input, deadlineMs - nowMs);
    log.info('at work');
    return jsonAnswer(202, { success: true });
  });

  const answer = await call(handler, { ...REQUEST, headers: { traceparent: VALID } });

  expect(answer).toMatchObject({ status: 202, body: { success: true } });
  expect(seen).toEqual([
    { path: { id: '7' }, query: { limit: '3' }, body: { n: 1 } },
    HTTP_DEADLINE_MS,
  ]);
  const [work, access] = lines();
  const about = { requestId: 'request-1', httpRoute: '/api/x/{id}', traceparent: VALID };
  expect(work).toMatchObject({ level: 'INFO', message: 'at work', ...about });
  expect(access).toMatchObject({
    level: 'INFO',
    message: 'POST /api/x/7 202',
    httpStatus: 202,
    ...about,
  });
});

it.each([
  { remainingMs: 27_000, leftMs: 25_000 },
  { remainingMs: 20_000, leftMs: 19_500 },
])(
  'an endpoint that may take 25 s of $remainingMs ms has $leftMs',
  async ({ remainingMs, leftMs }) => {
    const left: number[] = [];
    const work = (_input: unknown, { deadlineMs, nowMs }: HttpCall) => {
      left.push(deadlineMs - nowMs);
      return ok();
    };
    const { handler } = setUp(work, { answerMs: 25_000 });

    await call(handler, REQUEST, remainingMs);

    expect(left[0]).toBeLessThanOrEqual(leftMs);
    expect(left[0]).toBeGreaterThan(leftMs - 500);
  },
);

it('leaves time to answer where the function has little', async () => {
  let leftMs = 0;
  const { handler } = setUp((_input, { deadlineMs, nowMs }) => {
    leftMs = deadlineMs - nowMs;
    return ok();
  });

  await call(handler, REQUEST, 3000);

  expect(leftMs).toBeGreaterThan(2000);
  expect(leftMs).toBeLessThanOrEqual(2500);
});

it.each([
  { what: 'valid', given: VALID, taken: true },
  { what: 'absent', given: undefined, taken: false },
  { what: 'invalid', given: 'garbage', taken: false },
  { what: 'all zeros', given: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, taken: false },
])('a traceparent that is $what: taken over is $taken', async ({ given, taken }) => {
  const { handler } = setUp(ok);

  const headers: Record<string, string> = given === undefined ? {} : { traceparent: given };
  const { headers: answered } = await call(handler, { ...REQUEST, headers });

  expect(answered.traceparent === given).toBe(taken);
  expect(answered.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
});

it.each([
  { what: 'body', request: { body: '{"n":"1"}' }, code: 'REQUEST_INVALID' },
  { what: 'JSON', request: { body: '{' }, code: 'BODY_NOT_JSON' },
  { what: 'query', request: { path: '/api/x/7?limits=3' }, code: 'REQUEST_INVALID' },
  { what: 'path', request: { pathParameters: { x: '7' } }, code: 'REQUEST_INVALID' },
])('a wrong $what is an answer, and the endpoint is not asked', async ({ request, code }) => {
  const { handler, lines } = setUp(() => Promise.reject(new Error('asked')));

  const answer = await call(handler, { ...REQUEST, ...request, headers: { traceparent: VALID } });

  expect(answer.headers.traceparent).toBe(VALID);
  expect(answer).toMatchObject({
    status: 400,
    body: { success: false, code, requestId: 'request-1' },
  });
  expect(lines()).toMatchObject([{ level: 'INFO', httpStatus: 400 }]);
});

it('an error is an answer without its stack, and a log line with it', async () => {
  const { handler, lines } = setUp(() =>
    Promise.reject(new TypeError('x of undefined', { cause: new Error('the cause') })),
  );

  const answer = await call(handler, REQUEST);

  expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
  expect(answer.text).not.toContain('x of undefined');
  expect(lines()).toMatchObject([
    {
      level: 'ERROR',
      message: 'POST /api/x/7 500',
      errorType: 'TypeError',
      errorMessage: 'x of undefined',
      errorCause: 'the cause',
      errorStack: expect.stringContaining('http-handler.test.ts') as string,
    },
  ]);
});

it('an endpoint that throws before it returns a promise is answered, too', async () => {
  const { handler } = setUp(() => {
    throw new AppError('KAFKA_UNAVAILABLE', 'down');
  });

  expect(await call(handler, REQUEST)).toMatchObject({
    status: 503,
    body: { code: 'KAFKA_UNAVAILABLE' },
  });
});

// In real time, with half a second to spare: a machine that stands still for longer gets another try.
it(
  'an endpoint that does not end is answered before the function is killed',
  { retry: 2 },
  async () => {
    const { handler } = setUp(() => setTimeout(5000, jsonAnswer(200, {}), { ref: false }));

    const startMs = performance.now();
    const answer = await call(handler, REQUEST, 700);

    expect(performance.now() - startMs).toBeLessThan(700);
    expect(answer).toMatchObject({ status: 503, body: { code: 'TIMED_OUT' } });
  },
);
