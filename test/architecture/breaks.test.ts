import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_BREAKS } from '../breaks/all-breaks.ts';
import { broken } from '../breaks/project-copy.ts';
import { ROOT } from '../support/source-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Files of the guarantees; the folders below are tests of tools. */
const guarantees = readdirSync(join(ROOT, 'test/integration'))
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/integration/${name}`);

describe('deliberate breaks', () => {
  it.each(guarantees)('%s has at least one: a guarantee without a break is not done', (file) => {
    expect(ALL_BREAKS.filter(({ test }) => test.file === file)).not.toEqual([]);
  });

  it.each(ALL_BREAKS)('$name can be put into $file, and changes it', (fault) => {
    const text = read(fault.file);
    expect(broken(text, fault)).not.toBe(text);
  });

  it('have names of their own', () => {
    const names = ALL_BREAKS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
