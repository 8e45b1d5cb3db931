import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { connectRefusal, expectationRefusal, parserRefusal } from './http-refusal.ts';

/** How long a client may take to hang up after the last answer, before the connection is cut. */
const LINGER_MS = 5_000;

/** The answer that Node is about to give on a connection: https://github.com/nodejs/node/blob/v24.x/lib/_http_server.js */
type HttpSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/**
 * Gives an answer of the API's form to what Node refuses before a request is one: bytes that are no HTTP, an Expect
 * that it does not know, a CONNECT. A missing Host is let through, for whoever handles requests to refuse it.
 */
export function answerOnTheWire(listener: Server): void {
  Object.assign(listener, { requireHostHeader: false });
  // Hapi's own listener answers without a body.
  listener.removeAllListeners('clientError');
  listener.on('clientError', (error: Error, socket: HttpSocket) => {
    // Behind an answer that is under way there is no place for another one.
    if (!socket.writable || socket._httpMessage?.headersSent === true) socket.destroy(error);
    else endWith(socket, parserRefusal(error));
  });
  listener.on('checkExpectation', ({ headers }: IncomingMessage, response: ServerResponse) => {
    const { statusCode, headers: answers, body } = expectationRefusal(headers.expect ?? '');
    response.statusCode = statusCode;
    for (const [name, value] of Object.entries(answers ?? {})) {
      response.setHeader(name, String(value));
    }
    response.end(body);
  });
  // Node leaves the connection to this listener alone.
  listener.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    endWith(socket, connectRefusal(url));
  });
}

function endWith(socket: Socket, answer: string): void {
  // What is unread when a connection is closed would take the answer with it.
  socket.resume();
  socket.setTimeout(LINGER_MS, () => socket.destroy());
  socket.end(answer);
}
