import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, ROOT, sourceFiles, type SourceFile } from '../support/source-files.ts';

interface Room {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

const rules = readRules();
const files = sourceFiles('lib', 'functions');

describe('who may import whom', () => {
  it('the table in docs/architecture.md names every room', () => {
    expect([...new Set(files.map(({ path }) => roomOf(path)))].toSorted()).toEqual(
      [...rules.keys()].toSorted(),
    );
  });

  it.each(files)('$path', (file) => {
    expect(forbiddenImports(file)).toEqual([]);
  });

  it('the local event source shares nothing with lib', () => {
    const shared = sourceFiles('plugins/event-source-mapping').flatMap((file) =>
      importsOf(file).filter((name) => name.includes('lib/')),
    );
    expect(shared).toEqual([]);
  });

  it('lib stands on nothing outside of it', () => {
    const outside = sourceFiles('lib').flatMap((file) =>
      relativeImports(file).filter((path) => !path.startsWith('lib/')),
    );
    expect(outside).toEqual([]);
  });
});

function forbiddenImports(file: SourceFile): string[] {
  const room = roomOf(file.path);
  const rule = rules.get(room);
  const foreign = relativeImports(file).filter((path) => {
    const other = roomOf(path);
    return other !== room && !rule?.rooms.includes(other);
  });
  const packages = importsOf(file)
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
    .filter((name) => !rule?.packages.some((one) => name === one || name.startsWith(`${one}/`)));
  const impure = ['model', 'ports', 'decide', 'codec', 'orders', 'flow'].includes(room)
    ? importsOf(file).filter((name) => /^node:(?!crypto|buffer|util|zlib)/.test(name))
    : [];
  return [...foreign, ...packages, ...impure];
}

function relativeImports(file: SourceFile): string[] {
  return importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file.path), name)));
}

/** `lib/decide/x.ts` → decide; `lib/config-fields.ts` → config; `lib/wire-http.ts` → wire. */
function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  if (top !== 'lib') return top;
  return second.endsWith('.ts') ? second.replace(/(-.*)?\.ts$/, '') : second;
}

function readRules(): ReadonlyMap<string, Room> {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const section = text.split('## Who may import whom')[1]?.split('\n## ')[0] ?? '';
  const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows.map((row) => {
      const [, room = '', rooms = '', packages = ''] = row.split('|');
      return [names(room)[0] ?? '', { rooms: names(rooms), packages: names(packages) }];
    }),
  );
}
