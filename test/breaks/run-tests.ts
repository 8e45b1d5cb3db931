import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Break } from './break.ts';
import { endLeftovers } from './leftovers.ts';

/** Names of tests, by how they ended. */
export interface TestReport {
  readonly passed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
  /** Processes that outlived the tests, and were ended. */
  readonly left: number;
  /** What was printed. */
  readonly output: string;
}

interface JsonReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** What is broken never comes: no test waits longer than this for it. */
const PATIENCE_MS = 20_000;

/** Runs these tests, and no other ones, in the copy of the project. Never rejects for a test that fails. */
export async function runTests(
  dir: string,
  tests: readonly Break['test'][],
  signal: AbortSignal,
): Promise<TestReport> {
  const reportFile = join(dir, '.breaks-report.json');
  rmSync(reportFile, { force: true });
  const files = [...new Set(tests.map(({ file }) => file))];
  const names = [...new Set(tests.map(({ name }) => `^${escapeRegExp(name)}$`))];
  const args = ['run', ...files, '-t', names.join('|')];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${reportFile}`];
  const vitest = spawn(
    process.execPath,
    [join(dir, 'node_modules', 'vitest', 'vitest.mjs'), ...args, ...reporters],
    {
      cwd: dir,
      env: { ...process.env, TEST_PATIENCE_MS: String(PATIENCE_MS), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // vitest stops its brokers and ends.
  signal.addEventListener('abort', () => vitest.kill('SIGINT'), { once: true });
  let output = '';
  for (const stream of [vitest.stdout, vitest.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const closed = once(vitest, 'close');
  await once(vitest, 'exit');
  // What is left may hold vitest's output open.
  const left = await endLeftovers(dir);
  await closed;
  return { ...readReport(reportFile), left, output };
}

function readReport(file: string): Pick<TestReport, 'passed' | 'failed'> {
  const withStatus = (report: JsonReport, status: string) =>
    new Set(
      report.testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .filter((result) => result.status === status)
        .map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(' > ')),
    );
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as JsonReport;
    return { passed: withStatus(report, 'passed'), failed: withStatus(report, 'failed') };
  } catch {
    return { passed: new Set(), failed: new Set() };
  }
}

export function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
