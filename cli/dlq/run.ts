import type { Clock } from '../../lib/ports/clock.ts';
import { describeError, LocalError } from '../../localstack/local-error.ts';
import type { Environment } from '../../localstack/paths.ts';
import { UsageError } from '../command.ts';
import { ApiError, createApi } from './api.ts';
import { parseArguments } from './arguments.ts';
import { change } from './change.ts';
import type { CommandName } from './commands.ts';
import type { Command } from './context.ts';
import { endpointOf } from './endpoint.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { commandHelp, helpText } from './help.ts';
import { cancel, status } from './job-commands.ts';
import { groups, info, list, show } from './look.ts';
import { reindex } from './reindex.ts';
import { createSigner, regionOf } from './sign.ts';
import type { Terminal } from './terminal.ts';

const RUN: Readonly<Record<CommandName, Command>> = {
  info,
  list,
  show,
  groups,
  redrive: change('redrive'),
  discard: change('discard'),
  restore: change('restore'),
  purge: change('purge'),
  status,
  cancel,
  reindex,
};

export interface RunDeps {
  readonly terminal: Terminal;
  readonly env: Environment;
  /** Where a local stack is looked for. */
  readonly directory: string;
  readonly clock: Clock;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** `order-dlq` from its arguments to its exit code. Never rejects: what went wrong is told. */
export async function runOrderDlq(args: readonly string[], deps: RunDeps): Promise<ExitCode> {
  const { terminal, signal } = deps;
  try {
    return await run(args, deps);
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    if (error instanceof UsageError) {
      const [command = ''] = args.filter((arg) => Object.hasOwn(RUN, arg));
      terminal.tell(
        `${error.message}\n  → npx order-dlq ${command && `${command} `}--help shows how.`,
      );
      return EXIT.usage;
    }
    if (error instanceof ApiError) {
      terminal.tell(error.message);
      const isMissing = /^(?:JOB|DEAD_LETTER)_NOT_FOUND$/.test(error.code);
      return isMissing ? EXIT.nothing : EXIT.failed;
    }
    terminal.tell(
      error instanceof LocalError
        ? describeError(error)
        : `A fault of order-dlq: ${describeError(error)}`,
    );
    return EXIT.failed;
  }
}

async function run(args: readonly string[], deps: RunDeps): Promise<ExitCode> {
  const { terminal, env, directory, clock, signal } = deps;
  const parsed = parseArguments(args);
  if (parsed.kind === 'none') {
    terminal.tell(helpText());
    return EXIT.usage;
  }
  if (parsed.kind === 'help') {
    await terminal.write(parsed.command === undefined ? helpText() : commandHelp(parsed.command));
    return EXIT.done;
  }
  const { texts, flags } = parsed;
  const { url, from, region } = endpointOf(texts.endpoint, env, directory);
  const signsAlways = flags.has('sign') || texts.region !== undefined || region !== undefined;
  const signer = () => createSigner(regionOf(texts.region, region, env));
  const api = createApi({ base: url, signsAlways, signer, clock, signal });
  const endpoint = `${url.href.replace(/\/$/, '')} (${from})`;
  return RUN[parsed.command](parsed, { api, endpoint, terminal, clock, signal });
}
