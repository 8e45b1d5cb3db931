import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BEHAVIOUR_NAMES } from '../../../plugins/event-source-mapping/local/behaviour.ts';
import { conformanceRules, declaredTitles } from '../../support/conformance.ts';
import { ROOT } from '../../support/source-files.ts';

const rules = conformanceRules();
const ownTitle = (name: string) => name.split(' > ').at(-1) ?? '';

describe('docs/event-source-conformance.md', () => {
  it('has at least 50 rules, each with a source', () => {
    expect(rules.length).toBeGreaterThanOrEqual(50);
    expect(rules.filter(({ source }) => source === '')).toEqual([]);
  });

  it.each(rules)('$rule: its test exists', ({ test: { file, name } }) => {
    const matching = declaredTitles(file).filter(({ pattern }) => pattern.test(ownTitle(name)));
    expect(matching).not.toEqual([]);
  });

  it.each(globSync('test/integration/event-source-*.test.ts', { cwd: ROOT }))(
    'names every test of %s',
    (file) => {
      const named = rules
        .filter(({ test }) => test.file === file)
        .map(({ test }) => ownTitle(test.name));
      const missing = declaredTitles(file).filter(
        ({ pattern }) => !named.some((name) => pattern.test(name)),
      );
      expect(missing.map(({ title }) => title)).toEqual([]);
    },
  );

  it('names every setting of the behaviour, and no other one where AWS is silent', () => {
    const named = new Set(
      rules.flatMap(({ setting }) => /`(\w+)`/.exec(`\`${setting}\``)?.[1] ?? []),
    );
    expect(
      BEHAVIOUR_NAMES.filter((name) => !rules.some(({ setting }) => setting.includes(name))),
    ).toEqual([]);
    expect(named.size).toBeGreaterThan(0);
  });
});
