import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFunctions } from '../../plugins/bundle-functions.ts';
import { COPIED_FOLDERS, makeProjectWithOwnEvents } from '../support/own-events.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'order-service-own-events-'));
beforeAll(() => makeProjectWithOwnEvents(dir));
afterAll(() => rmSync(dir, { recursive: true }));

it('the types hold after every step of docs/your-own-events.md', () => {
  const file = join(dir, 'tsconfig.own-events.json');
  writeFileSync(file, JSON.stringify({ extends: './tsconfig.json', include: COPIED_FOLDERS }));
  const tsc = join(dir, 'node_modules/.bin/tsc');
  const run = () => execFileSync(tsc, ['-p', file], { cwd: dir, encoding: 'utf8' });
  expect(run).not.toThrow();
});

it('serverless.yml then names the functions that are there', () => {
  const yml = readFileSync(join(dir, 'serverless.yml'), 'utf8');
  const named = [...yml.matchAll(/handler: functions\/([\w-]+)\.handler/g)].map(
    ([, name = '']) => name,
  );
  const there = readdirSync(join(dir, 'functions')).map((name) => name.replace(/\.ts$/, ''));
  expect(named.toSorted()).toEqual(there.toSorted());
});

it('parcels go the way of orders: once each, retried, refused at once, undecodable', async () => {
  const outDir = join(dir, 'bundles');
  await bundleFunctions({ root: dir, outDir });
  await using carrier = await startCarrier();
  const env = { CARRIER_URL: carrier.url };
  await using service = await startService({ bundleDir: outDir, env });

  const good = parcel('GOOD');
  const broken = { key: null, value: Buffer.from('{"parcelId":"BROKEN","grams":0}') };
  await service.produce(good, good, parcel('FLAKY'), parcel('REFUSED'), parcel('DOWN'), broken);
  const dead = await service.untilDeadLetters(3);
  await service.untilLogged('Order FLAKY processed successfully');
  await service.untilAllCommitted();

  const told = dead.map(({ envelope }) => envelope);
  expect(
    told
      .map(({ orderId, reason, errorType, failedAttempts }) =>
        [orderId, reason, errorType, failedAttempts].join(' '),
      )
      .toSorted(),
  ).toEqual([
    'BROKEN undecodable UndecodableError 1',
    'DOWN retries-exhausted Error 4',
    'REFUSED non-retriable NonRetriableError 1',
  ]);
  expect(told.find(({ orderId }) => orderId === 'BROKEN')?.errorMessage).toContain('grams');
  await until('both labels', () => (carrier.labels().length === 2 ? true : undefined), {
    describe: () => JSON.stringify(carrier.labels()),
  });
  expect(carrier.labels().toSorted()).toEqual(['FLAKY', 'GOOD']);
});

function parcel(parcelId: string) {
  const value = Buffer.from(JSON.stringify({ parcelId, grams: 500, address: 'Main Street 1' }));
  return { key: Buffer.from(parcelId), value };
}

/** Orders one label for each key; some ids are never taken, or not at first. */
async function startCarrier() {
  const labels = new Map<string, string>();
  let flakyTries = 0;
  const statusOf = (parcelId: string): number => {
    if (parcelId === 'REFUSED') return 422;
    if (parcelId === 'DOWN') return 503;
    return parcelId === 'FLAKY' && flakyTries++ === 0 ? 503 : 201;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { parcelId } = JSON.parse(Buffer.concat(chunks).toString()) as { parcelId: string };
      response.statusCode = statusOf(parcelId);
      if (response.statusCode === 201) {
        labels.set(String(request.headers['idempotency-key']), parcelId);
      }
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    labels: () => [...labels.values()],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
