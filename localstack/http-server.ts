import type { IncomingMessage, Server } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { answerOnTheWire } from './http-listener.ts';
import { hostRefusal, refusalAnswer, refusalIn, type HapiResponse } from './http-refusal.ts';
import { LocalError } from './local-error.ts';

/** The few parts of hapi, on which serverless-offline serves the API, that we touch. */
interface HapiServer {
  readonly listener: Server;
  ext(
    point: 'onRequest' | 'onPreResponse',
    method: (request: HapiRequest, h: HapiToolkit) => unknown,
  ): void;
}

interface HapiRequest {
  readonly headers: Record<string, string | undefined>;
  readonly raw: { readonly req: IncomingMessage };
  readonly response: HapiResponse;
}

interface HapiToolkit {
  readonly continue: symbol;
  response(body: string | undefined): HapiAnswer;
}

interface HapiAnswer {
  code(status: number): HapiAnswer;
  header(name: string, value: string): HapiAnswer;
}

interface OfflineHttpServer {
  getServer(): HapiServer;
  start: (this: OfflineHttpServer) => Promise<void>;
}

/**
 * Makes the local HTTP API answer as the API does, also where no function is asked: what is refused is JSON with code and
 * remedy, and nothing is added to an answer for the sake of other origins, since the deployed API adds nothing either.
 * Call before serverless-offline starts; it has no hook for this (version 14.8.2, pinned).
 * @throws LocalError where it is not built as we know it
 */
export async function mendOfflineHttp(): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  const offline = pathToFileURL(resolve('serverless-offline'));
  const file = new URL('./events/http/HttpServer.js', offline).href;
  const { default: HttpServer } = (await import(file)) as {
    default: { prototype: OfflineHttpServer };
  };
  const { prototype } = HttpServer;
  if (typeof prototype.start !== 'function' || typeof prototype.getServer !== 'function') {
    throw new LocalError(
      'serverless-offline is not built as localstack/http-server.ts knows it',
      'Install the version that package.json names: npm ci.',
    );
  }
  const start = prototype.start;
  prototype.start = function startMended(this: OfflineHttpServer) {
    answerLikeTheApi(this.getServer());
    return start.call(this);
  };
}

function answerLikeTheApi(server: HapiServer): void {
  answerOnTheWire(server.listener);
  server.ext('onRequest', (request, h) => {
    const refused = hostRefusal(request.raw.req);
    // Hapi makes its response of it, which is seen below.
    if (refused !== undefined) throw refused;
    // serverless-offline takes it as the wish for CORS, and answers OPTIONS with 200.
    delete request.headers['origin'];
    return h.continue;
  });
  server.ext('onPreResponse', (request, h) => {
    const refused = refusalIn(request.response);
    if (refused === undefined) return h.continue;
    const { url: target } = request.raw.req;
    const { statusCode, headers, body } = refusalAnswer({ ...refused, target });
    const answer = h.response(body).code(statusCode);
    for (const [name, value] of Object.entries(headers ?? {})) answer.header(name, String(value));
    return answer;
  });
}
