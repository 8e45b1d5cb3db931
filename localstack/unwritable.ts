import { LocalError } from './local-error.ts';

/** What to say where files cannot be made in the local stack's folder. @param error of node:fs */
export function unwritable(dir: string, error: unknown): LocalError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new LocalError(
    `${dir} cannot be written: ${code ?? message}.`,
    code === 'ENOSPC' ? NO_ROOM : NO_RIGHT,
    { cause: error },
  );
}

const NO_ROOM = 'Make room, or set LOCALSTACK_DIR to a folder on another disk.';
const NO_RIGHT = 'Give yourself the right to, or set LOCALSTACK_DIR to a folder of your own.';
