import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_DIR } from '../../localstack/paths.ts';

const run = promisify(execFile);

/** Git-ignored; what pip fetched stays there as well. */
const PYTHON_DIR = join(PROJECT_DIR, '.localstack', 'python');
const REQUIREMENTS = join(import.meta.dirname, 'moto', 'requirements.txt');
const LOOK = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))';

/**
 * A virtual environment with the packages as pinned, made where there is none for exactly these.
 * @returns folder of its commands
 * @throws Error that says what to install
 */
export async function pythonCommands(): Promise<string> {
  const id = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const dir = join(PYTHON_DIR, id);
  const complete = join(dir, 'complete');
  if (existsSync(complete)) return join(dir, 'bin');
  await run('python3', ['-c', LOOK]).catch(() => {
    throw new Error(
      'The deployment is tested against moto, which needs Python 3.10 or newer with venv and pip, as python3 on the PATH (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python)',
    );
  });
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(PYTHON_DIR, { recursive: true });
  await run('python3', ['-m', 'venv', dir]);
  const pip = ['install', '--quiet', '--disable-pip-version-check'];
  const cache = ['--cache-dir', join(PYTHON_DIR, 'pip')];
  await run(join(dir, 'bin', 'pip'), [...pip, ...cache, '-r', REQUIREMENTS]);
  writeFileSync(complete, '');
  return join(dir, 'bin');
}
