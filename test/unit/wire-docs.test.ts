import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { HTTP_ERRORS } from '../../lib/lambda/http-errors.ts';
import { answersOf } from '../../lib/lambda/openapi.ts';
import { ERROR_CODES } from '../../lib/model/errors.ts';
import { describeApi } from '../../lib/wire-docs.ts';
import { DLQ_ROUTES } from '../../lib/wire-dlq-routes.ts';
import { ORDER_ROUTES } from '../../lib/wire-order-routes.ts';
import { ROOT } from '../support/source-files.ts';

const api = describeApi();
const routes = [...ORDER_ROUTES, ...DLQ_ROUTES];
/** The document's own schemas, as another client would use them. */
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'api', components: api.components });

const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('the API document', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const result = await new Validator().validate({ ...structuredClone(api) });

    expect(result).toEqual({ valid: true });
    expect(api.openapi).toBe('3.1.1');
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(api.info.version).toBe(version);
  });

  it('has every route that serverless.yml gives to a function of its own', () => {
    const yaml = readFileSync(join(ROOT, 'serverless.yml'), 'utf8');
    const declared = [...yaml.matchAll(/httpApi: (GET|POST) (\/api\/\S+)/g)].map(
      ([, method, path]) => `${method} ${path}`,
    );
    const documented = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);

    expect(documented.toSorted()).toEqual(declared.toSorted());
  });

  it('has a place for every code that a request can cause', () => {
    const text = JSON.stringify(api.paths);
    const elsewhere = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED']; // Of what is no operation.
    const codes = ERROR_CODES.filter(
      (code) => HTTP_ERRORS[code].status !== 500 && !elsewhere.includes(code),
    );

    expect(codes.filter((code) => !text.includes(code))).toEqual([]);
  });

  it('names every path parameter of its paths', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const named = operation.parameters.filter((parameter) => parameter.in === 'path');

      expect(named.map(({ name }) => name)).toEqual(inPath);
      expect(named.every(({ required }) => required)).toBe(true);
    }
  });

  it('describes every parameter', () => {
    const parameters = operations.flatMap(({ operation }) => operation.parameters);

    expect(parameters.length).toBeGreaterThan(8);
    expect(parameters.filter(({ description }) => !description)).toEqual([]);
  });

  it('tells default and bounds of limit', () => {
    const list = operations.find(({ path }) => path === '/api/dlq/messages');

    expect(list?.operation.parameters.find(({ name }) => name === 'limit')?.schema).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 20,
    });
  });
});

describe.each(routes)('$method $path', (route) => {
  const { request, bodyExamples = {} } = route;

  it.each(answersOf(route))('has an answer $status that validates against its schema', (answer) => {
    expect(z.safeParse(answer.schema, answer.example).error).toBeUndefined();
    const validate = ajv.compile({ $ref: `api#/components/schemas/${answer.name}` });
    validate(answer.example);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...(answer.example as object), success: 'yes' })).toBe(false);
  });

  it('has bodies that its schema takes', () => {
    const { body } = request;
    const values = Object.values(bodyExamples).map(({ value }) => value);

    expect(values.length > 0).toBe(body !== undefined);
    for (const value of values) {
      expect(z.safeParse(body as z.ZodMiniObject, value).error).toBeUndefined();
    }
  });
});

it('every example of an error is one', () => {
  const validate = ajv.compile({ $ref: 'api#/components/schemas/Error' });
  const examples = operations.flatMap(({ operation }) =>
    Object.entries(operation.responses)
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([, { content }]) => Object.values(content['application/json'].examples ?? {})),
  );

  expect(examples.length).toBeGreaterThan(20);
  expect(examples.filter(({ value }) => !validate(value))).toEqual([]);
});
