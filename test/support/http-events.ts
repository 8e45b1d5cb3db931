import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { HttpAnswer } from '../../lib/lambda/http-answer.ts';

export interface HttpRequest {
  readonly method?: string;
  /** With the query, as a client writes it. */
  readonly path: string;
  readonly pathParameters?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** Text, or bytes, which arrive in base64. */
  readonly body?: string | Uint8Array;
  readonly routeKey?: string;
  /** ARN of whom API Gateway let in by their signature; without it, it asked for none. */
  readonly principal?: string;
}

/** A request as API Gateway hands it over (payload format 2.0). */
export function httpEvent(request: HttpRequest): APIGatewayProxyEventV2 {
  const { method = 'GET', path, headers = {}, body, routeKey = '$default', principal } = request;
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const isBytes = body instanceof Uint8Array;
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    headers,
    ...(request.pathParameters === undefined ? {} : { pathParameters: request.pathParameters }),
    ...(body === undefined ? {} : { body: isBytes ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: isBytes,
    requestContext: {
      ...(principal && { authorizer: { iam: { userArn: principal } } }),
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'test',
      },
      requestId: 'gateway-request',
      routeKey,
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 1_767_225_600_000,
    },
  };
}

/** A Lambda context that has this much time left. */
export function lambdaContext(remainingMs = 20_000): Context {
  const endMs = Date.now() + remainingMs;
  return {
    functionName: 'order-service-test',
    functionVersion: '$LATEST',
    awsRequestId: 'request-1',
    getRemainingTimeInMillis: () => endMs - Date.now(),
  } as Context;
}

type HttpFunction = (event: APIGatewayProxyEventV2, context: Context) => Promise<HttpAnswer>;

export interface CalledAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body, parsed where it is JSON. */
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** The function's answer to a request. */
export async function call(
  handler: unknown,
  request: HttpRequest,
  remainingMs?: number,
): Promise<CalledAnswer> {
  const answer = await (handler as HttpFunction)(httpEvent(request), lambdaContext(remainingMs));
  const headers = answer.headers ?? {};
  const text = answer.body ?? '';
  const isJson = String(headers['content-type']).startsWith('application/json');
  return {
    status: answer.statusCode,
    headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
