import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/source-files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ci-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** One more test than `npm test` has. */
const DEPLOYED = 'echo "1 passed, 0 failed"';

/** `.ci/run` with an npm of the test's own. @param steps shell lines for what npm is asked for; others succeed */
function runCi(steps: Readonly<Record<string, string>>) {
  mkdirSync(join(dir, 'bin'), { recursive: true });
  cpSync(join(ROOT, '.ci'), join(dir, '.ci'), { recursive: true });
  const cases = Object.entries({ 'run test:deploy': DEPLOYED, ...steps }).map(
    ([args, script]) => `'${args}') ${script} ;;`,
  );
  const npm = join(dir, 'bin', 'npm');
  writeFileSync(
    npm,
    `#!/bin/sh\necho "npm $* CI=$CI in $PWD"\ncase "$*" in\n${cases.join('\n')}\nesac\n`,
  );
  chmodSync(npm, 0o755);
  const path = `${join(dir, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  const { status, stdout } = spawnSync(join(dir, '.ci', 'run'), {
    encoding: 'utf8',
    env: { PATH: path },
  });
  return { status, lastLine: stdout.trimEnd().split('\n').at(-1), stdout };
}

describe('.ci/run', () => {
  it('installs as locked, checks and tests, on CI, in the project', () => {
    const { stdout } = runCi({ test: 'echo "1 passed, 0 failed"' });

    const asked = stdout.split('\n').filter((line) => line.startsWith('npm '));
    expect(asked.map((line) => line.split(' CI=')[0])).toEqual([
      'npm ci',
      'npm run check',
      'npm test',
      'npm run test:deploy',
    ]);
    for (const line of asked) expect(line).toMatch(new RegExp(`CI=1 in \\S*${dir}$`));
  });

  it.each([
    {
      what: 'a green run',
      test: 'echo "7 passed, 0 failed"',
      says: '8 passed, 0 failed',
      status: 0,
    },
    {
      what: 'a skipped test',
      test: 'echo "6 passed, 0 failed, 1 skipped"; exit 1',
      says: '7 passed, 1 failed',
      status: 1,
    },
    {
      what: 'a skipped test that nobody minds',
      test: 'echo "6 passed, 0 failed, 1 skipped"',
      says: '7 passed, 1 failed',
      status: 1,
    },
    {
      what: 'failed and skipped ones',
      test: 'echo "3 passed, 2 failed, 2 skipped"; exit 1',
      says: '4 passed, 4 failed',
      status: 1,
    },
    {
      what: 'no closing line',
      test: 'echo crashed; exit 3',
      says: '1 passed, 1 failed',
      status: 1,
    },
    {
      what: 'no test at all',
      test: 'echo "0 passed, 0 failed"',
      says: '1 passed, 1 failed',
      status: 1,
    },
    { what: 'silence', test: 'true', says: '1 passed, 1 failed', status: 1 },
    {
      what: 'an exit code that contradicts the line',
      test: 'echo "7 passed, 0 failed"; exit 1',
      says: '8 passed, 1 failed',
      status: 1,
    },
    {
      what: 'lines that only look like it',
      test: 'echo "5 passed, 0 failed"; echo "of 9 passed, 9 failed"; echo "7 passed, 0 failed"',
      says: '8 passed, 0 failed',
      status: 0,
    },
  ])('$what: $says', ({ test, says, status }) => {
    expect(runCi({ test })).toMatchObject({ status, lastLine: says });
  });

  it('a check that fails is a failure, and the tests run all the same', () => {
    expect(runCi({ 'run check': 'exit 1', test: 'echo "7 passed, 0 failed"' })).toMatchObject({
      status: 1,
      lastLine: '8 passed, 1 failed',
    });
  });

  it('a deployment that fails, or says nothing, is a failure', () => {
    const test = 'echo "7 passed, 0 failed"';
    const failed = { test, 'run test:deploy': 'echo "0 passed, 1 failed"; exit 1' };
    expect(runCi(failed)).toMatchObject({ status: 1, lastLine: '7 passed, 1 failed' });
    const silent = { test, 'run test:deploy': 'true' };
    expect(runCi(silent)).toMatchObject({ status: 1, lastLine: '7 passed, 1 failed' });
  });

  it('ends where the packages cannot be installed', () => {
    const { status, lastLine, stdout } = runCi({ ci: 'exit 1' });

    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '0 passed, 1 failed' });
    expect(stdout).not.toContain('npm test');
  });
});
