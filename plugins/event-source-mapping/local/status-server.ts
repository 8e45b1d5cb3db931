import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PollerState } from './poller.ts';

export interface StatusServer {
  /** `http://127.0.0.1:port/` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * One read-only address that answers for every mapping: settings, state, CloudWatch's counters. On the loopback only.
 * Rejects where the port cannot be had.
 */
export async function startStatusServer(
  port: number,
  state: () => readonly PollerState[],
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, 405, { error: 'This address can only be read: use GET' });
    }
    if (request.url?.split('?')[0] !== '/') {
      return send(response, 404, { error: 'There is one address: /' });
    }
    return send(response, 200, { mappings: state().map(statusOf) });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * A mapping as CloudWatch would tell of it. Pure.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function statusOf({ mapping, state, pollers, progress, counters }: PollerState): object {
  const lags = progress.map(({ lag }) => lag);
  return {
    functionName: mapping.functionName,
    topic: mapping.topic,
    state,
    settings: {
      ...mapping,
      // JSON has no Infinity; −1 is AWS's own word for "no limit".
      retriesMax: finite(mapping.retriesMax),
      recordAgeMaxMs: finite(mapping.recordAgeMaxMs),
    },
    metrics: {
      ...counters,
      ...(mapping.mode === 'provisioned' && { ProvisionedPollers: pollers }),
      MaxOffsetLag: Math.max(0, ...lags),
      SumOffsetLag: lags.reduce((sum, lag) => sum + lag, 0),
    },
    partitions: progress,
  };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : -1;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}
