import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { freePort } from '../../localstack/ports.ts';
import {
  createEventSourceHarness,
  type EventSourceHarness,
} from '../support/event-source-harness.ts';
import { ROOT } from '../support/source-files.ts';

let harness: EventSourceHarness;
let folder: string;
let children: ChildProcess[];
beforeAll(() => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
  return () => harness.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foreign-'));
  children = [];
});
afterEach(async () => {
  for (const child of children.filter(({ exitCode }) => exitCode === null)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A service of two files, with a copy of the plugin's folder and nothing else of this project. */
function writeService(topic: string, more: string, plugins = './msk/index.ts'): void {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(ROOT, 'plugins/event-source-mapping'), join(folder, 'msk'), { recursive: true });
  writeFileSync(
    join(folder, 'handler.js'),
    `exports.handler = async ({ records }) => {
       for (const { value } of Object.values(records).flat()) {
         console.log('got ' + Buffer.from(value, 'base64'));
       }
     };`,
  );
  writeFileSync(
    join(folder, 'serverless.yml'),
    `service: foreign
plugins: [${plugins}, serverless-offline]
provider: { name: aws, runtime: nodejs24.x }
functions:
  listener:
    handler: handler.handler
    events:
      - msk:
          arn: arn:aws:kafka:us-east-1:000000000000:cluster/local/0-1
          topic: ${topic}
          maximumBatchingWindow: 0
          ${more}
`,
  );
}

/** `serverless offline start` there; what it wrote so far. */
async function startService(): Promise<{ child: ChildProcess; written: () => string }> {
  const ports = ['--httpPort', String(await freePort()), '--lambdaPort', String(await freePort())];
  const program = join(ROOT, 'node_modules/serverless/bin/serverless.js');
  const env = {
    ...process.env,
    KAFKA_BROKERS: inject('kafkaBrokers'),
    SLS_TELEMETRY_DISABLED: '1',
  };
  const child = spawn(process.execPath, [program, 'offline', 'start', '--noSponsor', ...ports], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  return { child, written: () => text };
}

describe('a project that names the path of the plugin', () => {
  test('has its function behind the mapping, and an address that tells of it', async () => {
    const topic = await harness.makeTopic();
    writeService(topic, 'batchSize: 10');
    const { child, written } = await startService();
    await harness.produce(topic, [{ value: 'a record' }]);
    await expect.poll(written, { timeout: 60_000 }).toContain('got a record');
    const url = /their state at (http:\S+)/.exec(written())?.[1] ?? '';
    const { mappings } = (await (await fetch(url)).json()) as { mappings: object[] };
    expect(mappings).toMatchObject([
      {
        functionName: 'foreign-dev-listener',
        topic,
        settings: { mode: 'on-demand', batchSize: 10 },
      },
    ]);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });

  test.each([
    ['filterPatterns: [{ value: { a: [1] } }]', 'declares filterPatterns, which is not served'],
    ['batchsize: 10', "unrecognized property 'batchsize'"],
    ['bisectBatchOnFunctionError: true', 'needs provisioned mode'],
  ])('does not start where it declares %s, and says why', async (more, text) => {
    writeService(await harness.makeTopic(), more);
    const { child, written } = await startService();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(written()).toContain(text);
    expect(code).not.toBe(0);
  });
});

describe('a project that bundles its functions', () => {
  test('runs a changed source from the next invocation on', async () => {
    const topic = await harness.makeTopic();
    writeService(topic, 'batchSize: 10', './plugins/bundle.ts, ./msk/index.ts');
    cpSync(join(ROOT, 'plugins'), join(folder, 'plugins'), { recursive: true });
    mkdirSync(join(folder, 'lib'));
    const writeWord = (word: string) =>
      writeFileSync(join(folder, 'lib/word.ts'), `export const word: string = '${word}';`);
    writeWord('first');
    writeFileSync(
      join(folder, 'handler.js'),
      "import { word } from './lib/word.ts'; export const handler = async () => console.log(word);",
    );
    const { written } = await startService();
    await harness.produce(topic, [{ value: 'a' }]);
    await expect.poll(written, { timeout: 60_000 }).toContain('first');
    writeWord('second');
    const invokeAgain = async () => {
      await harness.produce(topic, [{ value: 'b' }]);
      return written();
    };
    await expect.poll(invokeAgain, { timeout: 30_000, interval: 300 }).toContain('second');
  });
});
