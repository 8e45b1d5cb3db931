import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDeployment } from '../../infra/deployment.ts';
import { mappingTable } from '../../infra/mappings.ts';
import { parseConfig } from '../../lib/config.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const FUNCTIONS = [
  'create-order',
  'docs',
  'get-dlq-info',
  'get-dlq-message',
  'get-order',
  'list-dlq-messages',
  'process-orders',
  'publish-dead-letter',
  'retry-orders',
];
/** A zip of today is some 110 kB at most (docs: 600 kB); one twice as large has taken in something it should not. */
const ZIP_BYTES_MAX = 250_000;
const DOCS_ZIP_BYTES_MAX = 1_000_000;

interface Template {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/** A home without credentials. Shared: the framework keeps its compiled schema there, which takes it seconds. */
const home = mkdtempSync(join(tmpdir(), 'home-'));
const dirs = [home];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

/** `serverless package` as on a machine without network or credentials. */
async function packageTo(env: Record<string, string> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'package-'));
  dirs.push(dir);
  const nowhere = 'http://127.0.0.1:9';
  const node = join(PROJECT, 'node_modules/.bin/node');
  const serverless = join(PROJECT, 'node_modules/.bin/serverless');
  const run = await promisify(execFile)(node, [serverless, 'package', '--package', dir], {
    cwd: PROJECT,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
  });
  return { dir, ...run };
}

const templateIn = (dir: string) =>
  JSON.parse(
    readFileSync(join(dir, 'cloudformation-template-update-stack.json'), 'utf8'),
  ) as Template;

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

  test('writes every mapping with the properties that the framework leaves out', () => {
    const config = parseConfig({ PARTIAL_BATCH_RESPONSES: 'on' });
    const deployment = parseDeployment({}, { service: 'order-service', stage: 'dev' });
    const wanted = Object.values(mappingTable(config, deployment)).flat();
    const mappings = Object.values(templateIn(first).Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
      .map(({ Properties }) => Properties);
    expect(mappings).toHaveLength(wanted.length);
    for (const event of wanted) {
      const [mapping] = mappings.filter(({ Topics }) => (Topics as string[])[0] === event.topic);
      expect(mapping).toMatchObject({
        AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: event.consumerGroupId },
        BatchSize: event.batchSize,
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumBatchingWindowInSeconds: event.maximumBatchingWindow,
        MaximumRetryAttempts: event.maximumRetryAttempts,
        ...(event.destinations && {
          BisectBatchOnFunctionError: true,
          DestinationConfig: { OnFailure: { Destination: event.destinations.onFailure } },
        }),
      });
    }
  });

  test('gives every function a timeout and memory of its own choice, and the batch functions 840 s', () => {
    const functions = Object.values(templateIn(first).Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(functions).toHaveLength(FUNCTIONS.length);
    for (const { Properties } of functions) {
      const isBatch = /process-orders|retry-orders|publish/.test(
        String(Properties['FunctionName']),
      );
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Timeout: isBatch ? 840 : 20 });
      expect(Properties['MemorySize']).toEqual(expect.any(Number));
    }
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
