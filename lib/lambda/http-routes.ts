import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { AppError } from '../model/errors.ts';
import type { HttpAnswer } from './http-answer.ts';
import { httpHandler, type HttpCall, type HttpSchemas, type WiredHttp } from './http-handler.ts';

/** An endpoint of whatever schemas; its input is as they say, and for nobody else to make. */
export type WiredRoute = Omit<WiredHttp<HttpSchemas>, 'answer'> & {
  answer(input: never, call: HttpCall): Promise<HttpAnswer>;
};

const anything = z.looseObject({});

/**
 * The endpoints of one function, by API Gateway's route key (`GET /api/orders/{orderId}`) → a Lambda handler. It answers,
 * whatever happens: what is no route of it with ROUTE_NOT_FOUND.
 * @param routes at least one
 */
export function httpRoutesHandler(routes: Readonly<Record<string, WiredRoute>>) {
  const handlers = new Map(
    Object.entries(routes).map(([routeKey, wired]) => [routeKey, httpHandler(wired)]),
  );
  const [first] = Object.values(routes);
  if (first === undefined) throw new AppError('INTERNAL', 'No routes: give at least one');
  const elsewhere = httpHandler({
    ...first,
    schemas: { path: anything, query: anything },
    answer: (_input, { method, rawPath }) => {
      const text = `${method} ${rawPath} is none of this function's routes: see /docs`;
      return Promise.reject(new AppError('ROUTE_NOT_FOUND', text));
    },
  });
  return async (event: APIGatewayProxyEventV2, context: Context): Promise<unknown> =>
    (handlers.get(event.routeKey) ?? elsewhere)(event, context);
}
