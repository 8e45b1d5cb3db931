import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { describeError, LocalError } from '../localstack/local-error.ts';
import { PROJECT_DIR } from '../localstack/paths.ts';
import { createApi } from './api.ts';
import { createReport } from './report.ts';
import * as scenes from './scenes.ts';
import { startDemoStack, type DemoStack } from './stack.ts';

const HELP = `npm run demo                  on the sources
npm run demo -- --packaged    on the zips that serverless package makes

Starts a local stack of its own (real Kafka, DynamoDB stand-in, HTTP API, event source mappings), plays the scenarios
through HTTP as a person would, checks what it shows, and cleans up. Exit code 0: everything was as it should be.
It disturbs no stack that runs already, and leaves nothing behind.`;

const print = (line: string) => console.log(line);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = {
      help: { type: 'boolean', short: 'h' },
      packaged: { type: 'boolean' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help !== true) return await demo(values.packaged === true);
    print(HELP);
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
}

/** @returns exit code. Never rejects. */
async function demo(packaged: boolean): Promise<number> {
  const startMs = performance.now();
  const report = createReport(print, () => performance.now() - startMs);
  const interrupted = interruption();
  const over = new Promise<'interrupted'>((resolve) => {
    interrupted.addEventListener('abort', () => resolve('interrupted'));
  });
  let stack: DemoStack | undefined;
  let keepLogs = false;
  try {
    report.scene('0. The local stack');
    const progress = (line: string) => report.tell(line);
    stack = await startDemoStack({ progress, signal: interrupted, packaged });
    report.tell(`up: HTTP API at ${stack.apiUrl}`);
    await Promise.race([play(stack, report), over]);
    keepLogs = report.failures.length > 0 && !interrupted.aborted;
  } catch (error) {
    if (interrupted.aborted) return 130;
    keepLogs = true;
    await stack?.stop(keepLogs);
    print(`\n${textOf(error)}\n${stack?.lastWords() ?? ''}`.trimEnd());
    return 1;
  } finally {
    if (interrupted.aborted) print('\nInterrupted: cleaning up …');
    await stack?.stop(keepLogs);
    if (keepLogs && stack !== undefined) print(`Logs of the servers: ${stack.dir}`);
  }
  if (interrupted.aborted) return 130;
  return conclude(report, (performance.now() - startMs) / 1000);
}

/** A refused connection's own text says only "fetch failed". */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof LocalError) return describeError(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

async function play(stack: DemoStack, report: ReturnType<typeof createReport>): Promise<void> {
  const run = process.pid.toString(36) + Date.now().toString(36).slice(-4);
  const produce = async (args: readonly string[]) => {
    const options = { cwd: PROJECT_DIR, env: stack.env };
    await promisify(execFile)(process.execPath, ['cli/produce.ts', ...args], options);
  };
  const stage = { api: createApi(stack.apiUrl), report, run, produce, onLog: stack.onLog };
  await scenes.goodOrder(stage);
  await scenes.failingOrder(stage);
  await scenes.flakyOrder(stage);
  await scenes.noOrder(stage);
  await scenes.noValue(stage);
  await scenes.nothingLeft(stage);
}

function conclude({ failures, checks }: ReturnType<typeof createReport>, seconds: number): number {
  if (failures.length > 0) {
    print(`\n${failures.length} of ${checks} checks failed:`);
    for (const failure of failures) print(`  ✗ ${failure}`);
    return 1;
  }
  print(`\nAll ${checks} checks hold, after ${seconds.toFixed(0)} s.

What to try next:
  npm start                                    the same stack, kept up, with curl lines to copy
  http://localhost:8000/docs                   the API, to look at and try in a browser (while npm start runs)
  npm run produce -- --value 'not an order'    any bytes on the order topic
  npm run tail -- order-events-dlq --from-beginning
                                               what lies in a topic
  docs/architecture.md                         how it works, and where a change goes`);
  return 0;
}

/** Aborts at the first Ctrl-C. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupted.abort());
  }
  return interrupted.signal;
}
