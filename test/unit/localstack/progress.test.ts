import { expect, it } from 'vitest';
import { fetchProgress } from '../../../localstack/progress.ts';

it('says at once that it fetches, then every other second, with jars and seconds', () => {
  const lines: string[] = [];
  const progress = fetchProgress((line) => lines.push(line));

  for (let elapsedMs = 0; elapsedMs <= 4_000; elapsedMs += 500)
    progress(elapsedMs / 500, elapsedMs);

  expect(lines).toEqual([
    expect.stringMatching(/Kafka 4\.1\.2 with Maven.*: 0 jars, 0 s/),
    expect.stringMatching(/: 4 jars, 2 s/),
    expect.stringMatching(/: 8 jars, 4 s/),
  ]);
});
