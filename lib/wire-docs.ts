import { docsEndpoint, docsSchemas } from './lambda/docs-endpoint.ts';
import type { WiredHttp } from './lambda/http-handler.ts';
import { toOpenApi, type OpenApiDocument } from './lambda/openapi.ts';
import { DLQ_JOB_TAGS } from './wire-dlq-job-routes.ts';
import { DLQ_ROUTES } from './wire-dlq-routes.ts';
import { wireHttp } from './wire-http.ts';
import { type Environment } from './wire-environment.ts';
import { ORDER_ROUTES } from './wire-order-routes.ts';

/** The API as an OpenAPI document. */
export function describeApi(): OpenApiDocument {
  return toOpenApi([...ORDER_ROUTES, ...DLQ_ROUTES], {
    info: {
      title: 'Order service',
      version: '0.1.0',
      description:
        'Takes orders over Kafka. An order whose processing fails is retried with growing waits, while others go on; one that fails for good becomes a dead letter that you can look into, redrive, discard and restore here.\n\nEvery error answer is JSON with `success: false`, a `code` for programs and a `message` that says what to change.',
    },
    tags: [
      { name: 'Orders', description: 'Create an order and read what became of it.' },
      { name: 'Dead letters', description: 'See what waits for a retry, and what was given up.' },
      ...DLQ_JOB_TAGS,
    ],
  });
}

/** `GET /docs`, `GET /openapi.json`, `GET /`, and every request that no other function takes. */
export function wireDocs(env: Environment): WiredHttp<typeof docsSchemas> {
  const { clock, log } = wireHttp(env);
  let endpoint: ReturnType<typeof docsEndpoint> | undefined;
  return {
    schemas: docsSchemas,
    clock,
    log,
    answer: async (_input, { method, rawPath, headers }) => {
      // Made at the first request and kept.
      endpoint ??= docsEndpoint(describeApi());
      return endpoint({ method, rawPath, ifNoneMatch: headers['if-none-match'] });
    },
  };
}
