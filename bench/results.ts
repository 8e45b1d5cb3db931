import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from '../localstack/paths.ts';
import type { Line } from './figure.ts';
import type { Surroundings } from './surroundings.ts';

/** What one benchmark gave at its last run. */
export interface Result {
  readonly name: string;
  readonly method: string;
  readonly surroundings: Surroundings;
  readonly lines: readonly Line[];
}

const FILE = join(PROJECT_DIR, 'bench', 'results.json');

/** What was measured and written last: RESULTS.md and the README's table are made of it, and of nothing else. */
export function readResults(): readonly Result[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as readonly Result[];
}

export function writeResults(results: readonly Result[]): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`);
}

/** The new ones in the place of the old ones by their name, in the order of `names`; what has no name there goes. Pure. */
export function merged(
  old: readonly Result[],
  fresh: readonly Result[],
  names: readonly string[],
): readonly Result[] {
  const byName = new Map([...old, ...fresh].map((result) => [result.name, result]));
  return names.flatMap((name) => byName.get(name) ?? []);
}
