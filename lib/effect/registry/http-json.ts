import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** A call of a JSON API. */
export interface JsonCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM of the authority that the server's certificate is checked with, instead of the system's. */
  readonly ca?: string | undefined;
  /** For all of it, from the connection to the last byte. */
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** undefined where the answer is no JSON. */
  readonly json: unknown;
}

/**
 * One HTTP request and its whole answer, whatever the status. Every call has a connection of its own: they are rare, and
 * one that was kept through a freeze of the environment would be dead.
 *
 * @throws Error where there is no answer in time, or a longer one
 */
export function callJson(call: JsonCall): Promise<JsonAnswer> {
  const { url, method, headers, ca, body, timeoutMs, answerBytesMax } = call;
  const signal = AbortSignal.timeout(timeoutMs);
  const options: RequestOptions = { method, headers: { ...headers }, signal, agent: false };
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error);
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...(ca !== undefined && { ca }) })
        : httpRequest(url, options);
    request.on('error', fail);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes <= answerBytesMax) parts.push(part);
        else request.destroy(new Error(`an answer of over ${answerBytesMax} bytes`));
      });
      response.on('error', fail);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, json: parse(Buffer.concat(parts)) });
      });
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
