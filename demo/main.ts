import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import { describeError, LocalError } from '../localstack/local-error.ts';
import { PROJECT_DIR } from '../localstack/paths.ts';
import { createApi } from './api.ts';
import { DEMO_HELP, parseDemoArguments, type DemoPlay } from './arguments.ts';
import { plainLines, terminalText, type Line } from './line.ts';
import { createRecording, type Recording } from './recording.ts';
import { createReport } from './report.ts';
import { redriveGroup } from './redrive-scene.ts';
import * as scenes from './scenes.ts';
import { startDemoStack, type DemoStack } from './stack.ts';
import { tombstones } from './tombstones.ts';

/** In the picture, folders of this machine have these names. */
const FOLDERS = [
  [`${PROJECT_DIR}/`, ''],
  [`${homedir()}/`, '~/'],
] as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const parsed = parseDemoArguments(args);
    if (parsed.kind === 'play') return await demo(parsed);
    console.log(DEMO_HELP);
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${DEMO_HELP}`);
    return 2;
  }
}

/**
 * @param record file of the picture, where there shall be one
 * @returns exit code. Never rejects.
 */
async function demo({ record: file, packaged }: DemoPlay): Promise<number> {
  const startMs = performance.now();
  const elapsedMs = () => performance.now() - startMs;
  const recording = file === undefined ? undefined : createRecording(file, elapsedMs, FOLDERS);
  const write = (line: Line) => {
    recording?.note(line);
    console.log(terminalText(line));
  };
  const print = (text: string) => plainLines(text).forEach(write);
  const report = createReport(write, elapsedMs);
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
  print(conclusion(report, elapsedMs() / 1000));
  if (report.failures.length > 0) return 1;
  return recording === undefined ? 0 : develop(recording);
}

/** @returns exit code */
function develop(recording: Recording): number {
  try {
    const { svg, seconds } = recording.write();
    const kib = Buffer.byteLength(svg) / 1024;
    console.log(
      `\nThe picture is written: ${kib.toFixed(0)} KiB, ${seconds.toFixed(0)} s a round.`,
    );
    return 0;
  } catch (error) {
    console.error(`\nThe picture cannot be written: ${textOf(error)}`);
    return 1;
  }
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
  const stage = {
    api: createApi(stack.apiUrl),
    report,
    run,
    produce,
    dlqTombstones: () => tombstones(stack.env),
    onLog: stack.onLog,
  };
  await scenes.goodOrder(stage);
  await scenes.failingOrder(stage);
  await scenes.flakyOrder(stage);
  await scenes.noOrder(stage);
  await scenes.noValue(stage);
  await scenes.nothingLeft(stage);
  await redriveGroup(stage);
}

function conclusion(
  { failures, checks }: ReturnType<typeof createReport>,
  seconds: number,
): string {
  if (failures.length > 0) {
    const claims = failures.map((failure) => `\n  ✗ ${failure}`).join('');
    return `\n${failures.length} of ${checks} checks failed:${claims}`;
  }
  return `\nAll ${checks} checks hold, after ${seconds.toFixed(0)} s.

What to try next:
  npm start                                    the same stack, kept up, with curl lines to copy
  http://localhost:8000/docs                   the API, to look at and try in a browser (while npm start runs)
  npm run produce -- --value 'not an order'    any bytes on the order topic
  npx order-dlq groups                         what is in the dead letter queue (while npm start runs); --help tells the rest
  npm run tail -- order-events-dlq --from-beginning
                                               what lies in a topic
  docs/architecture.md                         how it works, and where a change goes`;
}

/** Aborts at the first Ctrl-C. */
function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupted.abort());
  }
  return interrupted.signal;
}
