import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { traceOf } from '../codec/traceparent.ts';
import { AppError } from '../model/errors.ts';
import type { Trace } from '../model/trace.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log, LogFields } from '../ports/log.ts';
import { errorAnswerOf, type HttpAnswer } from './http-answer.ts';
import { principalOf } from './http-principal.ts';
import { parseJsonBody, parseQuery } from './http-request.ts';
import { parseRequest } from './http-validation.ts';
import type { FieldedLog } from './log.ts';

/** Time that an endpoint has, counted from the arrival: with a cold start the answer is there within 10 s. */
export const HTTP_DEADLINE_MS = 7_000;
/** Time kept from the function's own timeout for answering. */
const ANSWER_MS = 500;
const TIMED_OUT_TEXT = 'No answer in time: try again. A write may have happened all the same';

/** What an endpoint takes. A query parameter that `query` does not name is refused; without `body` none is read. */
export interface HttpSchemas {
  readonly path: z.ZodMiniObject;
  readonly query: z.ZodMiniObject;
  readonly body?: z.ZodMiniObject;
  /** A valid body as JSON text, shown where one cannot be read. */
  readonly bodyExample?: string;
}

export interface HttpInput<S extends HttpSchemas> {
  readonly path: z.output<S['path']>;
  readonly query: z.output<S['query']>;
  readonly body: S['body'] extends z.ZodMiniObject ? z.output<S['body']> : undefined;
}

/** One request, as a flow sees it, with its trace: the caller's where it sent a valid one, else made here. */
export interface HttpCall extends Trace {
  readonly nowMs: number;
  /** Epoch ms by which the endpoint must have answered. */
  readonly deadlineMs: number;
  /** Has the request's identity and trace on every line. */
  readonly log: Log;
  /** AWS's id of the invocation. */
  readonly requestId: string;
  readonly method: string;
  readonly rawPath: string;
  /** Who makes it: an IAM principal's ARN, a JWT's subject, or `local`. */
  readonly principal: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface WiredHttp<S extends HttpSchemas> {
  readonly schemas: S;
  /** Rejects with AppError for whatever the caller should know. */
  answer(input: HttpInput<S>, call: HttpCall): Promise<HttpAnswer>;
  /** Time that it has, counted from the arrival, where it is not HTTP_DEADLINE_MS. */
  readonly answerMs?: number;
  readonly clock: Clock;
  readonly log: FieldedLog;
}

/** The call is made once and handed on with the context, as middy's own middlewares do. */
interface CallContext extends Context {
  call?: HttpCall;
}

/** An endpoint → a Lambda handler behind an API Gateway HTTP API, payload format 2.0. It answers, whatever happens. */
export function httpHandler<S extends HttpSchemas>(wired: WiredHttp<S>) {
  return middy<APIGatewayProxyEventV2, HttpAnswer, Error, CallContext>({
    timeoutEarlyInMillis: ANSWER_MS,
    timeoutEarlyResponse: () => {
      throw new AppError('TIMED_OUT', TIMED_OUT_TEXT);
    },
  })
    .use({
      before: ({ event, context }) => {
        context.call = toCall(event, context, wired);
      },
      after: ({ context, response, event }) => logAnswer(event, context, response),
      onError: (request) => {
        const { event, context, error } = request;
        request.response = traced(errorAnswerOf(error, context.awsRequestId), context.call);
        logAnswer(event, context, request.response, error);
      },
    })
    .handler(async (event: APIGatewayProxyEventV2, context: CallContext) => {
      const call = context.call ?? toCall(event, context, wired);
      return traced(await wired.answer(toInput(event, wired.schemas), call), call);
    });
}

/** The caller's own trace, or the one made for it, comes back with every answer. */
function traced(answer: HttpAnswer, call: HttpCall | undefined): HttpAnswer {
  if (call === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, traceparent: call.traceparent } };
}

function toCall(
  event: APIGatewayProxyEventV2,
  context: Context,
  { clock, log, answerMs = HTTP_DEADLINE_MS }: WiredHttp<HttpSchemas>,
): HttpCall {
  const nowMs = clock.nowMs();
  const { method } = event.requestContext.http;
  const headers = event.headers ?? {};
  const trace = traceOf(headers, randomBytes(24));
  return {
    nowMs,
    deadlineMs: nowMs + Math.min(answerMs, context.getRemainingTimeInMillis() - ANSWER_MS),
    ...trace,
    requestId: context.awsRequestId,
    method,
    rawPath: event.rawPath,
    principal: principalOf(event),
    headers,
    log: log.withFields({
      functionName: context.functionName,
      functionVersion: context.functionVersion,
      requestId: context.awsRequestId,
      httpMethod: method,
      httpRoute: event.routeKey?.split(' ').at(-1),
      traceparent: trace.traceparent,
    }),
  };
}

function toInput<S extends HttpSchemas>(event: APIGatewayProxyEventV2, schemas: S): HttpInput<S> {
  const { path, query, body, bodyExample = '{}' } = schemas;
  return {
    path: parseRequest(path, event.pathParameters ?? {}, 'path'),
    query: parseRequest(query, parseQuery(event), 'query'),
    body: body && parseRequest(body, parseJsonBody(event, bodyExample), 'body'),
  } as HttpInput<S>;
}

/** One line per request; the error itself only where it is ours or something behind us is down. */
function logAnswer(
  event: APIGatewayProxyEventV2,
  { call }: CallContext,
  answer: HttpAnswer | null | undefined,
  error?: unknown,
): void {
  const status = answer?.statusCode ?? 500;
  const line = `${call?.method} ${event.rawPath} ${status}`;
  if (status < 500) return call?.log.info(line, { httpStatus: status });
  call?.log.error(line, { httpStatus: status, ...errorFields(error) });
}

function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorMessage: String(error) };
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return {
    errorType: error.name,
    errorMessage: error.message,
    errorCause: cause,
    errorStack: error.stack,
  };
}
