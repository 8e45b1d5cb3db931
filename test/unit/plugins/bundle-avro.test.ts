import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFunctions, type Bundle } from '../../../plugins/bundle-functions.ts';
import { ROOT } from '../../support/source-files.ts';

/** A function's limit on AWS is far away; its cold start is not. */
const BYTES_MAX = 400_000;
const ONLY_IN_AVRO = 'it is nested over';

const dir = mkdtempSync(join(tmpdir(), 'order-service-bundles-'));
let bundles: readonly Bundle[];
beforeAll(async () => (bundles = await bundleFunctions({ outDir: dir })), 30_000);
afterAll(() => rmSync(dir, { recursive: true }));

it('no function carries more than its cold start bears', () => {
  expect(bundles.filter(({ bytes }) => bytes > BYTES_MAX)).toEqual([]);
});

it('a function that reads no record and no envelope carries no Avro', () => {
  const carrying = bundles.filter(({ file }) => readFileSync(file, 'utf8').includes(ONLY_IN_AVRO));
  expect(carrying.map(({ name }) => name).toSorted()).toEqual([
    'create-order',
    'get-dlq-info',
    'get-dlq-message',
    'process-orders',
    'publish-dead-letter',
    'reindex-dead-letters',
    'retry-orders',
    'work-dlq-jobs',
  ]);
});

it.each(['process-orders', 'retry-orders', 'create-order', 'get-dlq-info'])(
  '%s, whose records may be Avro, runs nothing of it before one is',
  async (name) => {
    const entry = `functions/${name}.ts`;
    const { metafile } = await build({
      entryPoints: [join(ROOT, entry)],
      absWorkingDir: ROOT,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['@aws-sdk/*'],
      write: false,
      metafile: true,
    });
    const atStart = new Set<string>([entry]);
    for (const file of atStart) {
      const { imports = [] } = metafile.inputs[file] ?? {};
      for (const { path, kind } of imports) if (kind !== 'dynamic-import') atStart.add(path);
    }
    expect(atStart.size).toBeGreaterThan(10);
    const avro = /^lib\/(codec\/avro|effect\/registry)\//;
    expect([...atStart].filter((file) => avro.test(file))).toEqual([]);
    expect(Object.keys(metafile.inputs).some((file) => avro.test(file))).toBe(true);
  },
);
