/**
 * `npm test`: every test that a change must not break; `--full` adds the slow ones; `--deploy` is those of the deployment
 * alone. What shares a broker runs in one vitest run, one after the other; runs of one stage go side by side, and what the
 * second says is shown when the first has ended. The closing line counts them all. Other arguments go to vitest (e.g. a
 * file's name).
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_DIR } from '../localstack/paths.ts';
import {
  closingLine,
  countsOf,
  isSuccess,
  type JsonReport,
  sumOf,
  type TestCounts,
} from './support/test-counts.ts';
import { stagesOf, type TestGroup, testLogDir, vitestArguments } from './support/test-groups.ts';

/** One folder for the brokers of every process of this run (test-stack.ts). */
const LOG_DIR = testLogDir(PROJECT_DIR, process.pid);
process.env['TEST_RUN'] = String(process.pid);

let interrupted = false;
// Ctrl-C reaches vitest as well: it stops its brokers, and we wait for it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (interrupted = true));

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const { stages, more } = stagesOf(args);
  const dir = mkdtempSync(join(tmpdir(), 'order-service-tests-'));
  const startedMs = Date.now();
  const counts: TestCounts[] = [];
  for (const [first, ...others] of stages) {
    if (interrupted || first === undefined) break;
    const beside = others.map((group) => runGroup(group, { more, dir, isShown: false }));
    if (others.length > 0) console.log(`\n${others.flat().join(', ')} beside it: shown afterwards`);
    counts.push((await runGroup(first, { more, dir, isShown: true })).counts);
    for (const run of beside) {
      const { output, counts: counted } = await run;
      process.stdout.write(output);
      counts.push(counted);
    }
  }
  rmSync(dir, { recursive: true, force: true });
  const total = sumOf(counts);
  if (total.failed > 0 && existsSync(LOG_DIR)) console.log(`Logs of the brokers: ${LOG_DIR}`);
  console.log(`${Math.round((Date.now() - startedMs) / 1000)} s`);
  console.log(closingLine(total));
  if (interrupted) return 130;
  return isSuccess(total, process.env['CI'] !== undefined) ? 0 : 1;
}

interface RunOptions {
  /** Goes to vitest. */
  readonly more: readonly string[];
  /** For its report. */
  readonly dir: string;
  /** As it comes; otherwise it is collected. */
  readonly isShown: boolean;
}

async function runGroup(
  group: TestGroup,
  { more, dir, isShown }: RunOptions,
): Promise<{ readonly counts: TestCounts; readonly output: string }> {
  const reportFile = join(dir, `${group.join('-')}.json`);
  const title = `\n${group.join(', ')}\n`;
  if (isShown) process.stdout.write(title);
  const vitest = spawn(
    process.execPath,
    [
      join(PROJECT_DIR, 'node_modules', 'vitest', 'vitest.mjs'),
      ...vitestArguments(group, more, reportFile),
    ],
    { cwd: PROJECT_DIR, stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'] },
  );
  let output = title;
  for (const stream of [vitest.stdout, vitest.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const exitCode = await new Promise<number>((resolve) => {
    vitest.once('error', () => resolve(1));
    vitest.once('close', (code) => resolve(code ?? 1));
  });
  return { counts: countsOf(readReport(reportFile), exitCode), output: isShown ? '' : output };
}

function readReport(file: string): JsonReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JsonReport;
  } catch {
    return undefined;
  }
}
