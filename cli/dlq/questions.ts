import { UsageError } from '../command.ts';
import type { Invocation } from './arguments.ts';
import type { Context } from './context.ts';

const REASON_CHARS_MAX = 500;

/**
 * Nothing is changed without a yes: of a person, or of the command line.
 * @throws UsageError where neither can be had, or where the reason is missing or too long
 */
export function mustBeAsked(
  { command, texts, flags }: Invocation,
  { canAsk }: Context['terminal'],
  needsReason = true,
): void {
  if (!canAsk && !flags.has('yes')) {
    const look = needsReason ? ', or --dry-run to see what would be done' : '';
    throw new UsageError(`${command} asks first, and nobody is here to be asked: say --yes${look}`);
  }
  if (!needsReason) return;
  if (texts.reason === undefined && !canAsk) {
    throw new UsageError('--reason is missing: say why, it is kept with each dead letter');
  }
  checkReason(texts.reason);
}

/** Why, of the command line or of whoever sits there. @throws UsageError where nothing is said */
export async function reasonOf(
  { texts }: Invocation,
  { terminal, signal }: Context,
): Promise<string> {
  if (texts.reason !== undefined) return texts.reason;
  const said = (await terminal.ask('Why? (kept with each dead letter) ', signal))?.trim();
  if (said === undefined || said === '')
    throw new UsageError('Nothing was changed: no reason was given');
  checkReason(said);
  return said;
}

/** @returns whether it is to be done; where not, that is told */
export async function askYes(
  question: string,
  { flags }: Invocation,
  { terminal, signal }: Context,
): Promise<boolean> {
  if (flags.has('yes')) return true;
  const answer = await terminal.ask(`${question} [y/N] `, signal);
  if (/^(?:y|yes)$/i.test(answer?.trim() ?? '')) return true;
  terminal.tell('Nothing was changed.');
  return false;
}

function checkReason(reason: string | undefined): void {
  if (reason !== undefined && reason.length > REASON_CHARS_MAX) {
    throw new UsageError(`--reason has ${reason.length} characters: ${REASON_CHARS_MAX} at most`);
  }
}
