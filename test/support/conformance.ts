import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage, tablesOf } from './markdown.ts';
import { ROOT } from './source-files.ts';

/** A row of docs/event-source-conformance.md. */
export interface ConformanceRule {
  readonly rule: string;
  readonly source: string;
  readonly setting: string;
  readonly test: {
    /** From the project's root. */
    readonly file: string;
    /** Titles of its describes and its own, with ` > ` between. */
    readonly name: string;
  };
}

/** How the table shortens folders. */
const FOLDERS = [
  ['integration/', 'test/integration/'],
  ['unit/', 'test/unit/plugins/event-source-mapping/'],
] as const;

/** The rules of the table, in its order. */
export function conformanceRules(): ConformanceRule[] {
  const tables = tablesOf(readPage('docs/event-source-conformance.md'));
  return tables.flat().map(([rule = '', source = '', setting = '', test = '']) => {
    const [, short = '', name = ''] = /^(\S+): (.*)$/.exec(test) ?? [];
    const [from, to] = FOLDERS.find(([prefix]) => short.startsWith(prefix)) ?? ['', ''];
    return { rule, source, setting, test: { file: to + short.slice(from.length), name } };
  });
}

/** Titles of the tests that a file declares; what `each` fills in is a wildcard. Describes are not looked at. */
export function declaredTitles(
  file: string,
): { readonly title: string; readonly pattern: RegExp }[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const calls = text.matchAll(
    /^\s*(?:\](?: as const)?\)\(|(?:it|test)(?:\.each\([^\n]*\))?\(|\}?\)\()\s*'((?:[^'\\]|\\.)*)'/gm,
  );
  return [...calls].map(([, title = '']) => ({ title, pattern: patternOf(title) }));
}

function patternOf(title: string): RegExp {
  const escaped = title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/%[sj]|\\\$\w+/g, '.*')}$`);
}
