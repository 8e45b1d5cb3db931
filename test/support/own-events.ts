import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blocksOf, readPage, type Block } from './markdown.ts';
import { ROOT } from './source-files.ts';

/** What a service is made of, without the tests and the demo of the old business. */
export const COPIED_FOLDERS = ['functions', 'lib', 'plugins', 'localstack', 'cli', 'infra'];
const COPIED_FILES = ['package.json', 'serverless.yml', 'tsconfig.json'];

/** Copies the project into an empty folder and does docs/your-own-events.md there, block by block. */
export function makeProjectWithOwnEvents(dir: string): void {
  for (const name of [...COPIED_FOLDERS, ...COPIED_FILES]) {
    cpSync(join(ROOT, name), join(dir, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  for (const block of blocksOf(readPage('docs/your-own-events.md'))) follow(block, dir);
}

/** @throws Error where the page no longer fits the project */
function follow({ language, text }: Block, dir: string): void {
  if (language === 'ts') return writeNew(text, dir);
  if (language === 'diff') return change(text, dir);
  if (language === 'sh') execFileSync('sh', ['-euc', text], { cwd: dir, stdio: 'pipe' });
  else throw new Error(`what is a block of "${language}" to this page?`);
}

function writeNew(text: string, dir: string): void {
  const [first = '', ...lines] = text.split('\n');
  const path = /^\/\/ (\S+)$/.exec(first)?.[1];
  if (path === undefined) throw new Error(`a new file begins with its path, not with "${first}"`);
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), lines.join('\n'), { flag: 'wx' });
}

function change(text: string, dir: string): void {
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const path = /^--- (\S+)$/.exec(first)?.[1];
  if (path === undefined) throw new Error(`a change begins with "--- path", not with "${first}"`);
  const file = join(dir, path);
  let content = readFileSync(file, 'utf8');
  for (const part of lines.join('\n').split('\n@@\n')) {
    const without = (mark: string) =>
      part
        .split('\n')
        .filter((line) => !line.startsWith(mark))
        .map((line) => line.slice(1))
        .join('\n');
    const found = content.split(without('+'));
    if (found.length !== 2) {
      throw new Error(`stands ${found.length - 1} times in ${path}, not once:\n${part}`);
    }
    content = found.join(without('-'));
  }
  writeFileSync(file, content);
}
