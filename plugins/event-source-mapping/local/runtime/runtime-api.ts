import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Largest answer of a function, as Lambda's own limit. */
const ANSWER_BYTES_MAX = 6 * 1024 * 1024;
const INVOCATION_PATH = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  /** Epoch milliseconds. */
  readonly deadlineMs: number;
  readonly eventJson: string;
}

export interface RuntimeApiEvents {
  /** The runtime asks for work: it is initialised, and free. */
  onNext(): void;
  /** Comes before the response or error that it belongs to; only from our own runtime. */
  onPeakMemory(megabytes: number): void;
  onResponse(requestId: string, body: string): void;
  /** `requestId` undefined: initialisation failed. */
  onError(requestId: string | undefined, errorType: string, errorMessage: string): void;
}

export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Answers the runtime's waiting question. Only after onNext, once. */
  deliver(invocation: Invocation): void;
  close(): void;
}

/**
 * The Lambda Runtime API of one execution environment, on a free loopback port.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(events: RuntimeApiEvents): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (request.method === 'GET' && path === '/2018-06-01/runtime/invocation/next') {
      waiting = response;
      events.onNext();
      return;
    }
    // A runtime that dies while it writes has nothing to say: its exit is seen elsewhere.
    readBody(request).then(
      (body) => {
        const peak = Number(request.headers['x-peak-memory-mb']);
        if (peak > 0) events.onPeakMemory(peak);
        answer(path, body, response, events);
      },
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliver({ requestId, functionArn, deadlineMs, eventJson }) {
      waiting?.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': String(deadlineMs),
        'lambda-runtime-invoked-function-arn': functionArn,
      });
      waiting?.end(eventJson);
      waiting = undefined;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(
  path: string,
  body: string,
  response: ServerResponse,
  events: RuntimeApiEvents,
): void {
  const [, requestId, kind] = INVOCATION_PATH.exec(path) ?? [];
  const isInit = path === '/2018-06-01/runtime/init/error';
  if (requestId === undefined && !isInit) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  if (kind === 'response' && requestId !== undefined) events.onResponse(requestId, body);
  else events.onError(requestId, ...describeError(body));
}

function describeError(body: string): [type: string, message: string] {
  try {
    const { errorType, errorMessage } = JSON.parse(body) as Record<string, unknown>;
    return [String(errorType), String(errorMessage)];
  } catch {
    return ['Unknown', body.slice(0, 1000)];
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('The answer is over 6 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
