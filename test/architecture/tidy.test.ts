import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, sourceFiles } from '../support/source-files.ts';

const LINES_MAX = 250;
const FUNCTION_FILE_LINES_MAX = 40;

const rooms = ['lib', 'functions', 'plugins', 'localstack', 'cli', 'demo', 'bench', 'infra'];
const files = sourceFiles(...rooms);
const below = (folder: string) => files.filter(({ path }) => path.startsWith(`${folder}/`));

/** What is not written here, and what to write instead. */
const BANS = [
  {
    folder: 'lib',
    except: 'lib/effect/',
    pattern: /\bDate\.now\(|new Date\(\)/,
    remedy: 'take nowMs, or the port Clock',
  },
  {
    folder: 'lib',
    except: 'lib/effect/',
    pattern: /\bsetTimeout\(|\bsetInterval\(/,
    remedy: 'take the port Clock',
  },
  { folder: 'lib', except: 'lib/effect/', pattern: /\bMath\.random\(/, remedy: 'pass chance in' },
  { folder: 'lib', pattern: /\bconsole\./, remedy: 'use the port Log' },
  { folder: 'lib', pattern: /process\.env/, remedy: 'take the environment as an argument' },
  { folder: '', pattern: /\bas any\b|: any\b/, remedy: 'parse it, or say unknown' },
  { folder: '', pattern: /retryable/i, remedy: 'the word is "retriable"' },
  { folder: '', pattern: /\bvi\.mock\(/, remedy: 'no module mocking: use a port' },
] as const;

describe('tidy', () => {
  it.each(files)('$path is short', ({ path, text }) => {
    const max = path.startsWith('functions/') ? FUNCTION_FILE_LINES_MAX : LINES_MAX;
    expect(text.split('\n').length).toBeLessThanOrEqual(max);
  });

  it.each(BANS)('$pattern is not written: $remedy', (ban) => {
    const except = 'except' in ban ? ban.except : undefined;
    const found = files
      .filter(({ path }) => path.startsWith(ban.folder))
      .filter(({ path }) => except === undefined || !path.startsWith(except))
      .filter(({ text }) => ban.pattern.test(withoutComments(text)))
      .map(({ path }) => path);
    expect(found).toEqual([]);
  });

  it('names end in what they are', () => {
    const vague = files.filter(({ path }) =>
      /(helper|manager|util|service|base)s?\.ts$/i.test(path),
    );
    expect(vague.map(({ path }) => path)).toEqual([]);
  });

  it('every file below lib is imported by something', () => {
    const used = new Set(
      files.flatMap((file) =>
        importsOf(file).map((name) => normalize(join(dirname(file.path), name))),
      ),
    );
    const dead = below('lib').filter(({ path }) => !used.has(path));
    expect(dead.map(({ path }) => path).filter((path) => !path.endsWith('.d.ts'))).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}
