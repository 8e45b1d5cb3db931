import * as z from 'zod/mini';
import { errorAnswer } from '../codec/error-answer.ts';
import type { ErrorCode } from '../model/errors.ts';
import { HTTP_ERRORS } from './http-errors.ts';

/** A success. */
export interface ApiAnswer {
  readonly status: number;
  readonly description: string;
  /** Name of the schema in the document; one name has one schema. */
  readonly name: string;
  readonly schema: z.ZodMiniObject;
  readonly example: unknown;
}

/** One endpoint, as the API document shows it. Its schemas are the ones that validate. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  /** With path parameters in braces. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  /** May hold `code`. */
  readonly description: string;
  readonly request: {
    readonly path: z.ZodMiniObject;
    readonly query: z.ZodMiniObject;
    readonly body?: z.ZodMiniObject;
  };
  readonly bodyExamples?: Readonly<Record<string, { summary: string; value: unknown }>>;
  readonly answer: ApiAnswer;
  /** Where what is asked for decides which of them it is. */
  readonly otherAnswers?: readonly ApiAnswer[];
  readonly errors: readonly ErrorCode[];
}

export type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface Media {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { summary: string; value: unknown }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { description: string; content: Content }>>;
}

type Content = { readonly 'application/json': Media };

export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** Faults that every endpoint can have. */
const COMMON_ERRORS: readonly ErrorCode[] = ['INTERNAL', 'TIMED_OUT'];

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** The routes as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html). Pure. */
export function toOpenApi(
  routes: readonly ApiRoute[],
  about: Pick<OpenApiDocument, 'info' | 'tags'>,
): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: toOperation(route) };
  }
  return {
    openapi: '3.1.1',
    info: about.info,
    servers: [{ url: '/' }],
    tags: about.tags,
    paths,
    components: { schemas: answerSchemas(routes) },
  };
}

function toOperation(route: ApiRoute): Operation {
  const { request, bodyExamples } = route;
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: route.description,
    parameters: [...parameters(request.path, 'path'), ...parameters(request.query, 'query')],
    ...(request.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: inputSchema(request.body),
                examples: bodyExamples ?? {},
              },
            },
          },
        }),
    responses: {
      ...Object.fromEntries(answersOf(route).map(successResponse)),
      ...errorResponses([...route.errors, ...COMMON_ERRORS]),
    },
  };
}

/** What an endpoint answers with where all is well. Pure. */
export function answersOf({ answer, otherAnswers = [] }: ApiRoute): readonly ApiAnswer[] {
  return [answer, ...otherAnswers];
}

function successResponse({ status, description, name, example }: ApiAnswer) {
  const content = { 'application/json': { schema: ref(name), example } };
  return [status, { description, content }] as const;
}

function parameters(fields: z.ZodMiniObject, place: 'path' | 'query'): Parameter[] {
  const { properties = {}, required = [] } = inputSchema(fields);
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property as JsonSchema;
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: { ...schema, ...defaultAndExamples(fields.shape[name]) },
    };
  });
}

/** zod leaves them out where a schema transforms its input: for it they describe the output. Here they are the input's. */
function defaultAndExamples(schema: z.core.$ZodType | undefined): JsonSchema {
  const meta: JsonSchema = (schema && z.globalRegistry.get(schema)) ?? {};
  return {
    ...(meta.default === undefined ? {} : { default: meta.default }),
    ...(meta.examples === undefined ? {} : { examples: meta.examples }),
  };
}

/** One response for each status, with an example for each code. */
function errorResponses(codes: readonly ErrorCode[]): Operation['responses'] {
  const statuses = [...new Set(codes.map((code) => HTTP_ERRORS[code].status))].toSorted(
    (a, b) => a - b,
  );
  return Object.fromEntries(
    statuses.map((status) => {
      const own = codes.filter((code) => HTTP_ERRORS[code].status === status);
      const media = { schema: ref('Error'), examples: Object.fromEntries(own.map(errorExample)) };
      const description = own.map((code) => `\`${code}\`: ${HTTP_ERRORS[code].meaning}`).join('; ');
      return [status, { description, content: { 'application/json': media } }];
    }),
  );
}

function errorExample(code: ErrorCode) {
  const message = `What is wrong, and what to change (${HTTP_ERRORS[code].meaning})`;
  const value = {
    success: false,
    code,
    message,
    requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  };
  return [code, { summary: HTTP_ERRORS[code].meaning, value }] as const;
}

function inputSchema(schema: z.ZodMiniObject): JsonSchema {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: 'input', override: tidy });
  return json;
}

function answerSchemas(routes: readonly ApiRoute[]): Record<string, JsonSchema> {
  const named = z.registry<{ id: string }>();
  named.add(errorAnswer, { id: 'Error' });
  for (const { name, schema } of routes.flatMap(answersOf)) named.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(named, {
    io: 'output',
    override: tidy,
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _uri, ...schema }]) => [
      name,
      schema,
    ]),
  );
}

/** zod writes the limits of a JavaScript integer beside every one; they tell a reader nothing. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
