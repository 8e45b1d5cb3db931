import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunctions } from '../../../plugins/bundle-functions.ts';
import { ROOT } from '../../support/source-files.ts';

/** Some three seconds; on a busy machine, more. */
const BUNDLING_MS_MAX = 60_000;

const dir = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A project with one function, whose error has a class of its own. */
function createProject(): string {
  const root = mkdtempSync(join(dir, 'project-'));
  mkdirSync(join(root, 'functions'));
  writeFileSync(
    join(root, 'functions', 'fail.ts'),
    'class OrderRefusedError extends Error {}\nexport const handler = (): Error => new OrderRefusedError();\n',
  );
  return root;
}

async function bundleOf(root: string, outDir = join(root, 'out')): Promise<Bundle> {
  const [bundle] = await bundleFunctions({ root, outDir });
  if (bundle === undefined) throw new Error('no bundle');
  return bundle;
}

describe('a bundle', () => {
  it('has the same bytes wherever the project lies', async () => {
    const one = await bundleOf(createProject());
    const other = await bundleOf(createProject());

    expect(readFileSync(one.file, 'utf8')).toBe(readFileSync(other.file, 'utf8'));
    expect(one.bytes).toBe(statSync(one.file).size);
  });

  it('keeps the class names of errors, which are data', async () => {
    const { file } = await bundleOf(createProject());
    const bundle = createRequire(file)(file) as { handler(): Error };

    expect(bundle.handler().constructor.name).toBe('OrderRefusedError');
  });

  it('is not written again where nothing changed: a function that starts just now reads it', async () => {
    const root = createProject();
    const { file } = await bundleOf(root);
    const longAgo = new Date('2001-01-01');
    utimesSync(file, longAgo, longAgo);

    await bundleOf(root);

    expect(statSync(file).mtime).toEqual(longAgo);
  });
});

describe('the functions of the service', () => {
  let bundles: readonly (Bundle & { readonly text: string })[];
  beforeAll(async () => {
    const built = await bundleFunctions({ outDir: join(dir, 'service') });
    bundles = built.map((bundle) => ({ ...bundle, text: readFileSync(bundle.file, 'utf8') }));
  }, BUNDLING_MS_MAX);

  it('need nothing that is not in the bundle, but for Node and the AWS SDK', () => {
    const needed = bundles.flatMap(({ name, text }) =>
      [...text.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, id = '']) => ({ name, id })),
    );

    expect(needed.some(({ id }) => id === '@aws-sdk/client-dynamodb')).toBe(true);
    expect(needed.filter(({ id }) => !isBuiltin(id) && !id.startsWith('@aws-sdk/'))).toEqual([]);
  });

  it(
    'have kafkajs mended wherever they have it, and load with it',
    () => {
      const withKafka = bundles.filter(({ text }) => text.includes('KafkaJSProtocolError'));
      const unmended = withKafka.filter(({ text }) => !text.includes('kafkajs cannot be mended'));

      expect(withKafka.map(({ name }) => name)).toEqual([
        'cancel-dlq-job',
        'create-order',
        'get-dlq-info',
        'get-dlq-message',
        'process-orders',
        'publish-dead-letter',
        'reindex-dead-letters',
        'retry-orders',
        'start-dlq-job',
        'work-dlq-jobs',
      ]);
      expect(unmended.map(({ name }) => name)).toEqual([]);
      // The mend refuses to load where it does not take.
      const load = withKafka.map(({ file }) => `require(${JSON.stringify(file)});`).join('');
      const env = {
        ...process.env,
        KAFKA_BROKERS: '127.0.0.1:9',
        SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
        NODE_PATH: join(ROOT, 'node_modules'),
        POWERTOOLS_LOG_LEVEL: 'SILENT',
      };
      const said = execFileSync(process.execPath, ['-e', `${load}process.exit()`], { env });
      expect(said.toString()).toBe('');
    },
    BUNDLING_MS_MAX,
  );
});
