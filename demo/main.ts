import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { PROJECT_DIR } from '../localstack/paths.ts';
import { createApi } from './api.ts';
import { createReport } from './report.ts';
import * as scenes from './scenes.ts';
import { startDemoStack, type DemoStack } from './stack.ts';

const HELP = `npm run demo

Starts a local stack of its own (real Kafka, DynamoDB stand-in, HTTP API, event source mappings), plays the scenarios
through HTTP as a person would, checks what it shows, and cleans up. Exit code 0: everything was as it should be.
It disturbs no stack that runs already, and leaves nothing behind.`;

const print = (line: string) => console.log(line);

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
process.exitCode = values.help ? (print(HELP), 0) : await demo();

async function demo(): Promise<number> {
  const startMs = performance.now();
  const report = createReport(print, () => performance.now() - startMs);
  let stack: DemoStack | undefined;
  const interrupted = interruption();
  try {
    report.scene('0. The local stack');
    const starting = startDemoStack((line) => report.tell(line));
    // Whoever interrupts while it starts must not leave it running.
    void interrupted.then(async () => (await starting.catch(() => undefined))?.stop());
    stack = await starting;
    report.tell(`up: HTTP API at ${stack.apiUrl}`);
    const ended = await Promise.race([play(stack, report), interrupted]);
    if (ended === 'interrupted') return 130;
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await stack?.stop();
  }
  return conclude(report, (performance.now() - startMs) / 1000);
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

/** Resolves at the first Ctrl-C. */
function interruption(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => resolve('interrupted'));
    }
  });
}
