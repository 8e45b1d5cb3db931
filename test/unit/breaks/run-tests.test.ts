import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endLeftovers } from '../../breaks/leftovers.ts';
import { runTests } from '../../breaks/run-tests.ts';

/** In the place of vitest: one green test, one red, and a process that stays for a minute and holds the output. */
const VITEST = `
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'inherit', detached: true }).unref();
const report = process.argv.find((arg) => arg.startsWith('--outputFile=')).slice('--outputFile='.length);
const assertionResults = ['passed', 'failed'].map((status) => ({ ancestorTitles: ['a'], title: status, status }));
writeFileSync(report, JSON.stringify({ testResults: [{ assertionResults }] }));
console.log(process.argv.slice(2, 5).join(' '));
`;

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'run-tests-')));
  mkdirSync(join(dir, 'node_modules', 'vitest'), { recursive: true });
  writeFileSync(join(dir, 'node_modules', 'vitest', 'vitest.mjs'), VITEST);
});
afterEach(async () => {
  await endLeftovers(dir);
  rmSync(dir, { recursive: true });
});

it.runIf(process.platform === 'linux')(
  'tells how the tests ended, and waits for nothing that they left running',
  async () => {
    const tests = [{ file: 'x.test.ts', name: 'a > passed' }];

    const report = await runTests(dir, tests, new AbortController().signal);

    expect(report).toEqual({
      passed: new Set(['a > passed']),
      failed: new Set(['a > failed']),
      left: 1,
      output: 'run x.test.ts -t\n',
    });
  },
  20_000,
);
