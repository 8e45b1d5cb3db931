import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** A way to DynamoDB that a test can stand in. */
export interface SlowDynamoDb {
  readonly endpoint: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Hands every request on to the endpoint, once `before` has resolved.
 * @param before gets the operation (`PutItem`) and its number, from 1; false answers 500 instead of handing it on
 * @param after the same, once it is done; false: its answer is lost
 */
export async function startSlowDynamoDb(
  endpoint: string,
  before: (operation: string, count: number) => Promise<boolean>,
  after: (operation: string, count: number) => Promise<boolean> = async () => true,
): Promise<SlowDynamoDb> {
  const counts = new Map<string, number>();
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const count = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, count);
    const body = await buffer(incoming);
    if (!(await before(operation, count))) {
      outgoing.writeHead(500).end();
      return;
    }
    // Whoever has hung up meanwhile asked for nothing.
    if (outgoing.destroyed) return;
    const { method, headers } = incoming;
    const handOn = async (theirs: IncomingMessage): Promise<void> => {
      const answered = await buffer(theirs);
      if (!(await after(operation, count))) return void outgoing.destroy();
      outgoing.writeHead(theirs.statusCode ?? 500, theirs.headers).end(answered);
    };
    const forward = httpRequest(endpoint, { method, headers, path: incoming.url }, (theirs) => {
      handOn(theirs).catch(() => outgoing.destroy());
    });
    forward.on('error', () => outgoing.destroy());
    forward.end(body);
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
