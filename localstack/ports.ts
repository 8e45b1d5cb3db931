import { createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Why we cannot listen on that loopback port now (an errno code); undefined where we can. Nothing is thrown. */
export function portFault(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: LOOPBACK }, () => server.close(() => resolve(undefined)));
  });
}

/** A loopback port that nobody listens on now; whoever takes it should be quick, and ready to ask again. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: LOOPBACK }, () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port was given')),
      );
    });
  });
}
