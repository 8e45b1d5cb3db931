import type { IncomingMessage, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { parserRefusal, refusalAnswer, refusalIn, type HapiResponse } from './http-refusal.ts';
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
  server.ext('onRequest', (request, h) => {
    // serverless-offline takes it as the wish for CORS, and answers OPTIONS with 200.
    delete request.headers['origin'];
    return h.continue;
  });
  server.ext('onPreResponse', (request, h) => {
    const refused = refusalIn(request.response);
    if (refused === undefined) return h.continue;
    const { statusCode, headers, body } = refusalAnswer({
      ...refused,
      target: request.raw.req.url,
    });
    const answer = h.response(body).code(statusCode);
    for (const [name, value] of Object.entries(headers ?? {})) answer.header(name, String(value));
    return answer;
  });
  // Hapi's own listener answers without a body.
  server.listener.removeAllListeners('clientError');
  server.listener.on('clientError', (error: Error, socket: Socket) => {
    // Behind an answer that is under way there is no place for another one.
    if (!socket.writable || socket.bytesWritten > 0) socket.destroy(error);
    else socket.end(parserRefusal(error));
  });
}
