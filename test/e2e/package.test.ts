import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createPackager } from '../support/package.ts';

const FUNCTIONS = [
  'cancel-dlq-job',
  'create-order',
  'docs',
  'get-dlq-info',
  'get-dlq-job',
  'get-dlq-message',
  'get-order',
  'list-dlq-groups',
  'list-dlq-messages',
  'process-orders',
  'publish-dead-letter',
  'reindex-dead-letters',
  'retry-orders',
  'start-dlq-job',
  'work-dlq-jobs',
];
/** A zip of today is some 110 kB at most (docs: 600 kB); one twice as large has taken in something it should not. */
const ZIP_BYTES_MAX = 250_000;
const DOCS_ZIP_BYTES_MAX = 1_000_000;

const packageTo = createPackager();

describe('serverless package', () => {
  let first: string;
  beforeAll(async () => {
    ({ dir: first } = await packageTo());
  });

  test('succeeds without network and credentials, with one small zip for each function', () => {
    const zips = readdirSync(first).filter((file) => file.endsWith('.zip'));
    expect(zips.map((file) => file.replace('.zip', '')).toSorted()).toEqual(FUNCTIONS);
    const tooLarge = zips
      .map((zip) => ({ zip, bytes: statSync(join(first, zip)).size }))
      .filter(
        ({ zip, bytes }) => bytes > (zip === 'docs.zip' ? DOCS_ZIP_BYTES_MAX : ZIP_BYTES_MAX),
      );
    expect(tooLarge).toEqual([]);
  });

  test('gives the same bytes again', async () => {
    const { dir: second } = await packageTo({ TZ: 'Pacific/Auckland' });
    const differing = FUNCTIONS.filter((name) => {
      const [a, b] = [first, second].map((dir) => readFileSync(join(dir, `${name}.zip`)));
      return b === undefined || a?.equals(b) !== true;
    });
    expect(differing).toEqual([]);
  });

  test('stops at a bad configuration, with one message that lists every fault', async () => {
    const failed = await packageTo({ DLQ_MAX_RETRIES: '-1', DLQ_RETRY_BACKOF_MS: '5' }).then(
      () => undefined,
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(failed?.code).toBe(1);
    expect(failed?.stderr.trim()).toBe(
      [
        'Configuration:',
        '- DLQ_MAX_RETRIES is -1: it must be between 0 and 50',
        '- DLQ_RETRY_BACKOF_MS is not a variable of this service: did you mean DLQ_RETRY_BACKOFF_MS?',
      ].join('\n'),
    );
  });
});
