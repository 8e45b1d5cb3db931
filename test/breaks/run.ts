/**
 * `npm run test:breaks`: shows that the tests can fail. The tests of all breaks are green in a copy of the project; then
 * each break is put into it alone, and the test named after its guarantee must turn red. `-- --only NAME` does one,
 * `-- --tests test/unit` those whose test lies there (a few minutes).
 */
import { ALL_BREAKS } from './all-breaks.ts';
import type { Break } from './break.ts';
import { copyProject, type ProjectCopy } from './project-copy.ts';
import { runTests } from './run-tests.ts';

const OUTPUT_LINES = 60;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const breaks = chosen(args);
  if (breaks === undefined) return 2;
  const startedMs = Date.now();
  const copy = copyProject();
  let passed = 0;
  let failed = 0;
  try {
    const lack = await greenWithout(breaks, copy);
    for (const fault of breaks) {
      if (interrupted.signal.aborted) return 130;
      const isShown = !lack.has(fault.test.name) && (await turnsRed(fault, copy));
      if (isShown) passed++;
      else failed++;
    }
  } finally {
    copy.remove();
  }
  console.log(`${Math.round((Date.now() - startedMs) / 1000)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function chosen(args: readonly string[]): readonly Break[] | undefined {
  const [option, wanted = ''] = args;
  if (option === undefined) return ALL_BREAKS;
  const found = ALL_BREAKS.filter(
    ({ name, test }) =>
      (option === '--only' && name === wanted) ||
      (option === '--tests' && wanted !== '' && test.file.startsWith(wanted)),
  );
  if (found.length > 0) return found;
  console.error(
    `There is no break for "${args.join(' ')}"; write --only NAME, or --tests FOLDER. There are:\n${ALL_BREAKS.map(({ name }) => `  ${name}`).join('\n')}`,
  );
  return undefined;
}

/** Names of the tests that are not green without a break. */
async function greenWithout(breaks: readonly Break[], copy: ProjectCopy): Promise<Set<string>> {
  const startedMs = Date.now();
  const tests = breaks.map(({ test }) => test);
  const report = await runTests(copy.dir, tests, interrupted.signal);
  const lacking = tests.filter(({ name }) => !report.passed.has(name)).map(({ name }) => name);
  const names = new Set(lacking);
  console.log(
    `${seconds(startedMs)}  without a break: ${lacking.length === 0 ? 'all green' : 'NOT green'}`,
  );
  for (const name of names) console.log(`          not green, or not there: ${name}`);
  if (lacking.length > 0) console.log(lastLines(report.output));
  return names;
}

async function turnsRed(fault: Break, copy: ProjectCopy): Promise<boolean> {
  const startedMs = Date.now();
  const tell = (text: string) => console.log(`${seconds(startedMs)}  ${text}: ${fault.name}`);
  let mend: () => void;
  try {
    mend = copy.apply(fault);
  } catch (error) {
    tell(`NOT APPLIED (${(error as Error).message})`);
    return false;
  }
  try {
    const report = await runTests(copy.dir, [fault.test], interrupted.signal);
    const { passed, failed, left, output } = report;
    const isRed = failed.has(fault.test.name);
    tell(isRed ? 'red' : passed.has(fault.test.name) ? 'STAYED GREEN' : 'DID NOT RUN');
    if (left > 0) console.log(`          left ${left} processes behind, which were ended`);
    if (!isRed) console.log(`          ${fault.guarantee} (${fault.test.file})`);
    if (!isRed && !passed.has(fault.test.name)) console.log(lastLines(output));
    return isRed;
  } finally {
    mend();
  }
}

function seconds(startedMs: number): string {
  return `${((Date.now() - startedMs) / 1000).toFixed(1)} s`.padStart(8);
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-OUTPUT_LINES).join('\n');
}
