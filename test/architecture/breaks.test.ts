import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_BREAKS } from '../breaks/all-breaks.ts';
import { broken } from '../breaks/project-copy.ts';
import { escapeRegExp } from '../breaks/run-tests.ts';
import { ROOT } from '../support/source-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Files of the guarantees; the folders below are tests of tools. */
const guarantees = readdirSync(join(ROOT, 'test/integration'))
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/integration/${name}`);

/** What a call of test, it or describe begins with, also behind `.each(…)`. */
const TITLE =
  /(?:\b(?:it|test|describe)(?:\.\w+)*|\))\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/g;

/** Titles of a test file; what a table puts into one may be anything. */
function titlesIn(source: string): readonly RegExp[] {
  return [...source.matchAll(TITLE)].map(([, text = '']) => {
    const title = text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
    const parts = title.split(/%[sdijo#]|\$\{[^}]*\}|\$[\w.]+/);
    return new RegExp(`^${parts.map(escapeRegExp).join('.*')}$`);
  });
}

describe('deliberate breaks', () => {
  it.each(guarantees)('%s has at least one: a guarantee without a break is not done', (file) => {
    expect(ALL_BREAKS.filter(({ test }) => test.file === file)).not.toEqual([]);
  });

  it.each(ALL_BREAKS)('$name can be put into $file, and changes it', (fault) => {
    const text = read(fault.file);
    expect(broken(text, fault)).not.toBe(text);
  });

  it.each(ALL_BREAKS)('$name names a test that is there', ({ test }) => {
    const titles = titlesIn(read(test.file));
    const missing = test.name
      .split(' > ')
      .filter((wanted) => !titles.some((title) => title.test(wanted)));
    expect(missing).toEqual([]);
  });

  it('have names of their own', () => {
    const names = ALL_BREAKS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
