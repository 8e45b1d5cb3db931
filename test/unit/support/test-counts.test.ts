import { expect, it } from 'vitest';
import {
  closingLine,
  countsOf,
  isSuccess,
  type JsonReport,
  sumOf,
} from '../../support/test-counts.ts';

const report: JsonReport = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{}, {}, {}] }],
};

it.each([
  { name: 'a green run', report, exitCode: 0, gives: '3 passed, 0 failed' },
  {
    name: 'failures',
    report: { ...report, numFailedTests: 2 },
    exitCode: 1,
    gives: '3 passed, 2 failed',
  },
  {
    name: 'skipped and to do',
    report: { ...report, numPendingTests: 1, numTodoTests: 1 },
    exitCode: 0,
    gives: '3 passed, 0 failed, 2 skipped',
  },
  {
    name: 'a file that could not be loaded',
    report: { ...report, testResults: [{ status: 'failed', assertionResults: [] }] },
    exitCode: 1,
    gives: '3 passed, 1 failed',
  },
  { name: 'an error outside of any test', report, exitCode: 1, gives: '3 passed, 1 failed' },
  { name: 'no report', report: undefined, exitCode: 0, gives: '0 passed, 1 failed' },
])('$name: $gives', ({ report: given, exitCode, gives }) => {
  expect(closingLine(countsOf(given, exitCode))).toBe(gives);
});

it('adds up', () => {
  const one = { passed: 1, failed: 2, skipped: 3 };

  expect(sumOf([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
});

it.each([
  { counts: { passed: 1, failed: 0, skipped: 0 }, onCi: true, is: true },
  { counts: { passed: 1, failed: 0, skipped: 1 }, onCi: true, is: false },
  { counts: { passed: 1, failed: 0, skipped: 1 }, onCi: false, is: true },
  { counts: { passed: 1, failed: 1, skipped: 0 }, onCi: false, is: false },
  { counts: { passed: 0, failed: 0, skipped: 0 }, onCi: false, is: false },
])('$counts on CI $onCi: success $is', ({ counts, onCi, is }) => {
  expect(isSuccess(counts, onCi)).toBe(is);
});
