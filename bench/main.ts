/** `npm run bench -- [NAME…] [--write]`: measures, prints the table; with --write into the README and RESULTS.md too.
 * `--render` writes these from what was measured last. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from '../localstack/paths.ts';
import { startTestStack, type TestStack } from '../test/support/test-stack.ts';
import { benchArguments } from './arguments.ts';
import { BENCHMARKS } from './figures.ts';
import { REASONS } from './reasons.ts';
import { figuresTable, resultsPage, withFigures } from './report.ts';
import { merged, readResults, writeResults, type Result } from './results.ts';
import { surroundings } from './surroundings.ts';

const say = (text: string) => console.error(text);

async function measure(names: readonly string[]): Promise<readonly Result[]> {
  let running: TestStack | undefined;
  const stack = async () => {
    await running?.stop();
    running = undefined;
    return (running = await startTestStack());
  };
  const results: Result[] = [];
  try {
    for (const { name, method, run } of BENCHMARKS) {
      if (!names.includes(name)) continue;
      const around = surroundings();
      say(`${name} (load average ${around.loadBefore})`);
      const lines = await run({ stack, say: (text) => say(`  ${text}`) });
      results.push({ name, method, surroundings: around, lines });
    }
  } finally {
    await running?.stop();
  }
  return results;
}

function write(fresh: readonly Result[]): void {
  const names = BENCHMARKS.map(({ name }) => name);
  const results = merged(readResults(), fresh, names);
  const readme = join(PROJECT_DIR, 'README.md');
  writeResults(results);
  writeFileSync(join(PROJECT_DIR, 'bench', 'RESULTS.md'), resultsPage(results, REASONS));
  writeFileSync(readme, withFigures(readFileSync(readme, 'utf8'), results));
  say('Written to README.md, bench/RESULTS.md and bench/results.json.');
}

const known = BENCHMARKS.map(({ name }) => name);
try {
  const args = benchArguments(process.argv.slice(2), known);
  const results = await measure(args.names);
  if (results.length > 0) console.log(figuresTable(results));
  if (args.write) write(results);
  process.exit(0);
} catch (error) {
  say((error as Error).message);
  process.exit(1);
}
