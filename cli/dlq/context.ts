import type { Clock } from '../../lib/ports/clock.ts';
import type { Api } from './api.ts';
import type { Invocation } from './arguments.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** What a command has at hand. */
export interface Context {
  readonly api: Api;
  /** The address it speaks to, and where that was found, for people. */
  readonly endpoint: string;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** @throws UsageError, ApiError, LocalError; the signal's reason where it aborts */
export type Command = (invocation: Invocation, context: Context) => Promise<ExitCode>;
