import { printable } from '../localstack/printable.ts';
import { describeError } from '../localstack/local-error.ts';

/** A command line that cannot be understood. The message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs `npm run <name>` and ends the process: 0, 1 where it failed, 2 where the command line is wrong. A reader that went away
 * (`| head`) is no failure.
 */
export async function runCommand(name: string, run: () => Promise<void>): Promise<never> {
  process.stdout.on('error', () => process.exit(0));
  try {
    await run();
    process.exit(0);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(
        `${printable(error.message)}\n  → npm run ${name} -- --help shows how.\n`,
      );
      process.exit(2);
    }
    process.stderr.write(`${describeError(error)}\n`);
    process.exit(1);
  }
}

/** parseArgs' refusals without its talk about positional arguments. */
export function usageErrorOf(error: unknown): UsageError {
  return new UsageError((error as Error).message.split('. ')[0] ?? 'The command line is wrong');
}
