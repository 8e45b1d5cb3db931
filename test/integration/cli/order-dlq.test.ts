import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { PROJECT_DIR } from '../../../localstack/paths.ts';
import { type DlqApiStub, listedMessage, startDlqApiStub } from '../../support/dlq-api-stub.ts';
import { startProgram } from '../../support/local-stack.ts';
import { runShell } from '../../support/shell.ts';
import { until } from '../../support/until.ts';

/** npx links the project where it keeps its own things. */
const cache = mkdtempSync(join(tmpdir(), 'order-dlq-npx-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

let stub: DlqApiStub | undefined;
afterEach(() => stub?.close());

const GROUP = 'aaaa000011112222';
const messages = Array.from({ length: 250 }, (_, index) => listedMessage(index));

async function start(args: string, options: Parameters<typeof startDlqApiStub>[0] = {}) {
  stub = await startDlqApiStub({ messages, ...options });
  const program = join('cli', 'dlq', 'order-dlq.mjs');
  return startProgram({ ORDER_DLQ_ENDPOINT: stub.url }, [program, ...args.split(' ')]);
}

describe('npx order-dlq', () => {
  it('runs on the project’s Node from any folder of it, and passes exit codes on', async () => {
    stub = await startDlqApiStub({ messages });
    const env = {
      ORDER_DLQ_ENDPOINT: stub.url,
      npm_config_cache: cache,
      npm_config_offline: 'true',
    };
    const run = (line: string) =>
      runShell(`cd ${join(PROJECT_DIR, 'docs')}; npx order-dlq ${line}`, env);

    expect(await run('list --json')).toMatchObject({ code: 0 });
    expect(await run('lst')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean list?'),
    });
    const help = await run('redrive --help');
    expect(help).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--stop-at-failure-ratio'),
    });
  });
});

describe('as a process', () => {
  it('writes all pages into a pipe', async () => {
    const list = await start('list --json');
    expect(await list.exited).toBe(0);
    expect(list.stdout().trimEnd().split('\n')).toHaveLength(250);
    expect(list.stderr()).toBe('');
  });

  it('ends quietly where its reader goes away', async () => {
    stub = await startDlqApiStub({ messages });
    const piped = await runShell(
      'node_modules/.bin/node cli/dlq/order-dlq.mjs list --json | head -n 1',
      {
        ORDER_DLQ_ENDPOINT: stub.url,
      },
    );
    expect(piped).toMatchObject({ code: 0, stderr: '' });
  });

  it('nobody is there to be asked: nothing is changed without --yes', async () => {
    const redrive = await start(`redrive --group ${GROUP} --reason x`);
    expect(await redrive.exited).toBe(2);
    expect(stub?.asked).toEqual([]);
  });

  it.each([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)(
    '$signal while it watches: the job goes on, and how to look is said',
    async ({ signal, code }) => {
      const redrive = await start(`redrive --group ${GROUP} --reason x --yes`, { perLook: 1 });
      await until('it runs', () => (redrive.stderr().includes('running') ? true : undefined));

      redrive.process.kill(signal);

      expect(await redrive.exited).toBe(code);
      expect(redrive.stderr()).toContain('npx order-dlq status job-1 --watch');
      expect(stub?.jobs.get('job-1')?.['state']).toBe('running');
    },
  );
});
