/** `npx order-dlq`: dead letters, through the HTTP API. See help.ts. */
import { systemClock } from '../../lib/effect/system-clock.ts';
import { EXIT } from './exit-codes.ts';
import { runOrderDlq } from './run.ts';
import { createTerminal } from './terminal.ts';

/** One Ctrl-C comes twice: from the terminal, and from npx, which passes it on. */
const ECHO_MS = 300;

const controller = new AbortController();
let signalCode: number = EXIT.interrupted;
let firstMs: number | undefined;
for (const [name, code] of [
  ['SIGINT', EXIT.interrupted],
  ['SIGTERM', 143],
] as const) {
  process.on(name, () => {
    if (firstMs !== undefined && performance.now() - firstMs > ECHO_MS) process.exit(code);
    firstMs ??= performance.now();
    signalCode = code;
    controller.abort(new Error('interrupted'));
  });
}
// A reader that went away (`| head`) is no failure.
process.stdout.on('error', () => process.exit(EXIT.done));

const exitCode = await runOrderDlq(process.argv.slice(2), {
  terminal: createTerminal(process.stdin, process.stdout, process.stderr),
  env: process.env,
  directory: process.cwd(),
  clock: systemClock,
  signal: controller.signal,
});
process.exit(exitCode === EXIT.interrupted ? signalCode : exitCode);
