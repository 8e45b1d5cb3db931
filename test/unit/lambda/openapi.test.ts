import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { toOpenApi, type ApiRoute } from '../../../lib/lambda/openapi.ts';

const ROUTE: ApiRoute = {
  method: 'GET',
  path: '/things/{id}',
  operationId: 'getThing',
  tag: 'Things',
  summary: 'Get a thing',
  description: 'It.',
  request: {
    path: z.strictObject({ id: z.string() }),
    query: z.strictObject({
      size: z.optional(
        z.pipe(
          z.transform((value) => Number(value)),
          z.int().check(z.minimum(1)),
        ),
      ),
    }),
  },
  answer: {
    status: 200,
    description: 'A thing.',
    name: 'ThingAnswer',
    schema: z.strictObject({ size: z.int(), name: z.nullable(z.string()) }),
    example: { size: 1, name: null },
  },
  errors: ['REQUEST_INVALID', 'CURSOR_INVALID', 'KAFKA_UNAVAILABLE'],
};
const ABOUT = { info: { title: 't', version: '1', description: 'd' }, tags: [] };

it('makes parameters of what validates, as a client writes it', () => {
  const operation = toOpenApi([ROUTE], ABOUT).paths['/things/{id}']?.get;

  expect(operation?.parameters).toEqual([
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'size', in: 'query', required: false, schema: { type: 'integer', minimum: 1 } },
  ]);
});

it('gathers the codes of one status in one response, those of every endpoint included', () => {
  const responses = toOpenApi([ROUTE], ABOUT).paths['/things/{id}']?.get?.responses ?? {};

  expect(Object.keys(responses)).toEqual(['200', '400', '500', '503']);
  expect(Object.keys(responses['400']?.content['application/json'].examples ?? {})).toEqual([
    'REQUEST_INVALID',
    'CURSOR_INVALID',
  ]);
  expect(responses['503']?.description).toMatch(/KAFKA_UNAVAILABLE.*TIMED_OUT/);
});

it('keeps both methods of one path', () => {
  const post: ApiRoute = { ...ROUTE, method: 'POST', operationId: 'postThing' };

  expect(Object.keys(toOpenApi([ROUTE, post], ABOUT).paths['/things/{id}'] ?? {})).toEqual([
    'get',
    'post',
  ]);
});

it('has the answers under their names, without the limits of JavaScript’s numbers', () => {
  expect(toOpenApi([ROUTE], ABOUT).components.schemas.ThingAnswer).toEqual({
    type: 'object',
    properties: { size: { type: 'integer' }, name: { type: ['string', 'null'] } },
    required: ['size', 'name'],
    additionalProperties: false,
  });
});
