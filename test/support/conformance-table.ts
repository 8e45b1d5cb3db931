import type { ConformanceRule } from './conformance.ts';

/** What vitest's JSON reporter writes, as far as we read it. */
export interface ConformanceReport {
  readonly testResults: readonly {
    /** Absolute path. */
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** The rules, one a line, with what became of their tests; a test that did not run has failed. Pure. */
export function conformanceTable(
  rules: readonly ConformanceRule[],
  { testResults }: ConformanceReport,
): { readonly text: string; readonly failed: number } {
  const passed = (file: string, name: string) =>
    testResults
      .filter((result) => result.name.endsWith(`/${file}`))
      .flatMap(({ assertionResults }) => assertionResults)
      .some(
        ({ ancestorTitles, title, status }) =>
          status === 'passed' && [...ancestorTitles, title].join(' > ') === name,
      );
  const rows = rules.map(({ rule, source, test }) => {
    const isKept = passed(test.file, test.name);
    return {
      isKept,
      line: `${isKept ? 'pass' : 'FAIL'}  ${rule}  [${source.replaceAll('`', '')}]`,
    };
  });
  const failed = rows.filter(({ isKept }) => !isKept).length;
  const summary = `${rows.length - failed} rules kept, ${failed} not`;
  return { text: [...rows.map(({ line }) => line), summary].join('\n'), failed };
}
