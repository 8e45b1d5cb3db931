import { expect, test } from 'vitest';
import { serially } from '../../../../lib/effect/kafka/serially.ts';

test('runs one task at a time, in order, and goes on after a failure', async () => {
  const run = serially();
  const seen: string[] = [];
  const task = (name: string, fault?: Error) => async () => {
    seen.push(`${name} begins`);
    await Promise.resolve();
    seen.push(`${name} ends`);
    if (fault !== undefined) throw fault;
    return name;
  };
  const results = await Promise.allSettled([
    run(task('a')),
    run(task('b', new Error('b failed'))),
    run(task('c')),
  ]);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
