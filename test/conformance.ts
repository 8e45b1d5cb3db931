/** `npm run conformance`: runs the tests of docs/event-source-conformance.md, and prints its rules with pass or fail. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_DIR } from '../localstack/paths.ts';
import { conformanceRules } from './support/conformance.ts';
import { conformanceTable, type ConformanceReport } from './support/conformance-table.ts';

process.exit(await main());

async function main(): Promise<number> {
  const rules = conformanceRules();
  const files = [...new Set(rules.map(({ test }) => test.file))];
  const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const reportFile = join(dir, 'report.json');
    const code = await runVitest([...files, '--reporter=json', `--outputFile.json=${reportFile}`]);
    const report = readReport(reportFile);
    if (report === undefined) return code || 1;
    const { text, failed } = conformanceTable(rules, report);
    console.log(text);
    return failed === 0 ? 0 : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function runVitest(args: readonly string[]): Promise<number> {
  const program = join(PROJECT_DIR, 'node_modules', 'vitest', 'vitest.mjs');
  const projects = ['--project', 'unit', '--project', 'integration'];
  const vitest = spawn(
    process.execPath,
    [program, 'run', ...projects, '--reporter=default', ...args],
    {
      cwd: PROJECT_DIR,
      stdio: 'inherit',
    },
  );
  // Ctrl-C reaches vitest as well: it stops its brokers, and we wait for it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  return new Promise((resolve) => {
    vitest.once('error', () => resolve(1));
    vitest.once('exit', (code) => resolve(code ?? 1));
  });
}

function readReport(file: string): ConformanceReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport;
  } catch {
    return undefined;
  }
}
