import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_DIR } from '../../localstack/paths.ts';
import type { Break } from './break.ts';

/** The project as it is now, to be broken. */
export interface ProjectCopy {
  readonly dir: string;
  /**
   * Puts the fault in.
   * @returns what takes it out again
   * @throws Error where the text does not stand in the file exactly once
   */
  apply(fault: Break): () => void;
  remove(): void;
}

/** Copies what git knows or would add; `node_modules` is shared. */
export function copyProject(): ProjectCopy {
  const dir = mkdtempSync(join(tmpdir(), 'order-service-breaks-'));
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: PROJECT_DIR,
      encoding: 'utf8',
    },
  );
  for (const path of listed.split('\0')) {
    const source = join(PROJECT_DIR, path);
    if (path === '' || !existsSync(source)) continue;
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    cpSync(source, join(dir, path));
  }
  symlinkSync(join(PROJECT_DIR, 'node_modules'), join(dir, 'node_modules'));
  return {
    dir,
    apply(fault) {
      const file = join(dir, fault.file);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, broken(text, fault));
      return () => writeFileSync(file, text);
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The text with the fault in it. @throws Error where what is to be replaced does not stand there exactly once */
export function broken(text: string, { name, file, find, replace }: Break): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(
      `${name}: its text stands ${parts.length - 1} times in ${file}, not once: bring test/breaks up to date`,
    );
  }
  return parts.join(replace);
}
