import { describe, expect, it } from 'vitest';
import { conformanceTable } from '../../support/conformance-table.ts';

const ruleOf = (rule: string, name: string) => ({
  rule,
  source: '`a-page`',
  setting: '',
  test: { file: 'test/a.test.ts', name },
});
const resultOf = (title: string, status: string) => ({ ancestorTitles: ['d'], title, status });

describe('conformanceTable', () => {
  it('passes what passed; what failed, or did not run, or ran elsewhere, is not kept', () => {
    const rules = ['one', 'two', 'three', 'four'].map((name) => ruleOf(name, `d > ${name}`));
    const { text, failed } = conformanceTable(rules, {
      testResults: [
        {
          name: '/project/test/a.test.ts',
          assertionResults: [resultOf('one', 'passed'), resultOf('two', 'failed')],
        },
        { name: '/project/test/b.test.ts', assertionResults: [resultOf('four', 'passed')] },
      ],
    });
    expect(text.split('\n')).toEqual([
      'pass  one  [a-page]',
      'FAIL  two  [a-page]',
      'FAIL  three  [a-page]',
      'FAIL  four  [a-page]',
      '1 rules kept, 3 not',
    ]);
    expect(failed).toBe(3);
  });
});
