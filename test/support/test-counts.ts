/** What we read of vitest's JSON report (https://vitest.dev/guide/reporters, "JSON reporter"). */
export interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts of one run. A file that could not be loaded has no tests to fail: it counts as one; and so does a run that
 * failed without saying where (an unhandled error, a crash). Pure.
 *
 * @param report undefined where the run wrote none
 */
export function countsOf(report: JsonReport | undefined, exitCode: number): TestCounts {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function sumOf(counts: readonly TestCounts[]): TestCounts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    skipped: counts.reduce((sum, { skipped }) => sum + skipped, 0),
  };
}

/** The closing line: `N passed, N failed`, and `, N skipped` where there are any. Pure. */
export function closingLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Nothing passed is no success; on CI, neither is a test that was not run. Pure. */
export function isSuccess({ passed, failed, skipped }: TestCounts, onCi: boolean): boolean {
  return failed === 0 && passed > 0 && (skipped === 0 || !onCi);
}
