import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEndpoints, type Endpoints } from '../../localstack/endpoints.ts';
import { linesOfPicture, plain } from '../support/demo-text.ts';
import { createStackHome } from '../support/local-stack.ts';
import { readPage } from '../support/markdown.ts';
import { COMMANDS, DEMO_EXCERPT, differences, type Commands } from '../support/readme.ts';
import { runShell, signalGroup, startShell, type ShellRun } from '../support/shell.ts';
import { until } from '../support/until.ts';

/** The stack's default, as the README has it. */
const BASE_URL = 'http://localhost:8000';

/** Commands of the README that are not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'npm ci && npm test': 'this test is part of it',
  'npm run check': '.ci/run runs it beside the tests; it would run the unit tests once more',
  'npx serverless offline': 'a second stack: test/e2e/local-stack.test.ts starts it',
};
/** Run by a test of their own below: the demo without `npm ci`, which would replace the packages under this test. */
const DEMO = 'npm ci && npm run demo';
const STACK = ['npm start', 'npm start -- --fresh'];

const scripts = COMMANDS.filter(
  ({ script }) => ![DEMO, ...STACK, ...Object.keys(NOT_RUN)].includes(script),
);

/** What commands without a shown answer have to say, by what they begin with. */
const SAY: Readonly<Record<string, readonly string[]>> = {
  'npx serverless invoke local': ['"batchItemFailures": []'],
  'npx serverless package': [],
  'npm run produce': ['value   text    not an order', 'value   base64  /wABgA==', 'value   null'],
  curl: ['"success":true'],
  'npx order-dlq groups': ['GROUP', 'Simulated processing failure', 'ORDER-TEST-FAIL-1'],
  'sleep 15\nnpx order-dlq redrive': ['redrive 1 dead letter', 'is done: 1 of 1 resolved.'],
  'ID=$(curl': ['"success":true', '"originalValue":'],
};

it('every command of the README is run, or is named with the reason why not', () => {
  const written = COMMANDS.map(({ script }) => script);
  expect(written).toEqual(expect.arrayContaining([DEMO, ...STACK, ...Object.keys(NOT_RUN)]));
  expect(scripts.length).toBe(13);
});

describe('the demo', () => {
  let demo: ShellRun;
  let recorded: readonly string[];
  const shown = linesOfPicture(readPage('docs/demo.svg')).map(plain);

  beforeAll(async () => {
    const home = createStackHome();
    const picture = join(home.dir, 'demo.svg');
    const command = DEMO.replace('npm ci && ', '');
    demo = await runShell(`${command} -- --record ${picture}`, home.env, 300_000);
    recorded = demo.code === 0 ? linesOfPicture(readFileSync(picture, 'utf8')).map(plain) : [];
    home.remove();
  }, 320_000);

  it('holds, and says what the README shows of it', () => {
    const said = demo.stdout.split('\n').map(plain);
    expect(demo).toMatchObject({ code: 0 });
    expect(DEMO_EXCERPT.map(plain).filter((line) => !said.includes(line))).toEqual([]);
  });

  it('says each line of docs/demo.svg: npm run demo -- --record docs/demo.svg makes it anew', () => {
    expect(shown[0]).toBe(`$ ${DEMO.replace('npm ci && ', '')}`);
    expect(shown.filter((line) => !recorded.includes(line))).toEqual([]);
  });

  it('says nothing from its first scene on that docs/demo.svg does not show', () => {
    const told = recorded.slice(recorded.indexOf('N. A good order'));
    expect(told.length).toBeGreaterThan(50);
    expect(told.filter((line) => !shown.includes(line))).toEqual([]);
  });

  it('shows in a recording what it says on the terminal', () => {
    const said = demo.stdout.split('\n').map(plain);
    expect(recorded.slice(1).filter((line) => !said.includes(line))).toEqual([]);
  });

  it.each(['--record', '--record demo.gif', '--record no/such/folder/demo.svg', '--recrod'])(
    'refuses %s before it starts anything',
    async (args) => {
      const refused = await runShell(`${DEMO.replace('npm ci && ', '')} -- ${args}`, {});
      expect(refused.code).toBe(2);
      expect(refused.stdout).not.toContain('The local stack');
      expect(refused.stderr).toContain(args.split(' ')[0]);
      expect(refused.stderr).toContain('--record FILE.svg');
    },
  );
});

it.each(['demo', 'start', 'produce', 'tail'])(
  'npm run %s -- --help explains itself',
  async (name) => {
    const help = await runShell(`npm run ${name} -- --help`, {});
    expect(help.code).toBe(0);
    expect(help.stdout).toContain(name === 'start' ? 'npm start' : `npm run ${name}`);
  },
);

describe('with the stack up', () => {
  const home = createStackHome();
  const state = join(mkdtempSync(join(tmpdir(), 'order-service-readme-')), 'state');
  let stack: ChildProcess | undefined;
  let endpoints: Endpoints;

  beforeAll(async () => {
    writeFileSync(state, '');
    for (const command of STACK) {
      await stop(stack);
      stack = startShell(command, home.env);
      let said = '';
      stack.stdout?.resume();
      stack.stderr?.on(
        'data',
        (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4_000)),
      );
      endpoints = await until(command, () => readEndpoints(home.env), {
        timeoutMs: 90_000,
        describe: () => said,
      });
    }
  });

  afterAll(async () => {
    await stop(stack);
    home.remove();
    rmSync(join(state, '..'), { recursive: true });
  });

  /** As in one terminal: what a block sets, the next one has. */
  const run = ({ script }: Commands) => {
    const local = script.replaceAll(BASE_URL, endpoints.api);
    return runShell(
      `set -a; . ${state}; ${local}\nexport -p | grep -E ' [A-Z_]*ID=' > ${state} || true`,
      home.env,
      120_000,
    );
  };

  it.each(scripts)('$script', async (commands) => {
    const { answer } = commands;
    // A machine under load is slower than the README's waits.
    for (let tries = 1; ; tries++) {
      if (tries > 1) await sleep(1_000);
      const ran = await run(commands);
      // order-dlq found nothing yet.
      if (ran.code === 4 && tries < 3) continue;
      expect(ran).toMatchObject({ code: 0 });
      if (answer === undefined) return expectToSay(commands.script, ran.stdout);
      const different = differences(answer, JSON.parse(ran.stdout));
      if (different.length === 0 || tries === 3) return expect(different).toEqual([]);
    }
  });
});

function expectToSay(script: string, stdout: string): void {
  const [, texts] = Object.entries(SAY).find(([start]) => script.startsWith(start)) ?? [];
  expect(texts).toBeDefined();
  expect(texts?.filter((text) => !stdout.includes(text))).toEqual([]);
}

async function stop(stack: ChildProcess | undefined): Promise<void> {
  if (stack === undefined || stack.exitCode !== null || stack.signalCode !== null) return;
  const ended = new Promise((resolve) => stack.once('close', resolve));
  signalGroup(stack, 'SIGINT');
  await ended;
}
