import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSilenceBreaker, fetchProgress, whileWaiting } from '../../../localstack/progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('says at once that it fetches, then every other second, and at the end how many jars there are', () => {
  const lines: string[] = [];
  const progress = fetchProgress((line) => lines.push(line));

  for (let elapsedMs = 0; elapsedMs <= 4_000; elapsedMs += 500)
    progress({ kind: 'fetching', what: 'Kafka 4.1.2', bytes: elapsedMs * 1_000, elapsedMs });
  progress({ kind: 'fetched', what: 'Kafka 4.1.2', jars: 46, elapsedMs: 4_600 });

  expect(lines).toEqual([
    'fetching Kafka 4.1.2 with Maven (only this once): 0 s',
    expect.stringMatching(/: 2\.0 MB, 2 s$/),
    expect.stringMatching(/: 4\.0 MB, 4 s$/),
    'fetched Kafka 4.1.2 with Maven (only this once): 46 jars, 5 s',
  ]);
});

it('says every five seconds that it waits, until it does no more', async () => {
  const lines: string[] = [];
  const work = new Promise((resolve) => setTimeout(resolve, 12_000, 'up'));
  const waiting = whileWaiting('Kafka', (line) => lines.push(line), work);

  await vi.advanceTimersByTimeAsync(60_000);

  expect(await waiting).toBe('up');
  expect(lines).toEqual(['waiting for Kafka: 5 s so far', 'waiting for Kafka: 10 s so far']);
});

it('stops saying so where the work fails', async () => {
  const lines: string[] = [];
  const work = Promise.reject(new Error('no'));

  await expect(whileWaiting('Kafka', (line) => lines.push(line), work)).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(60_000);

  expect(lines).toEqual([]);
});

it('says that it is still starting where nobody else said anything for five seconds', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const silence = createSilenceBreaker(
    (line) => lines.push(`${nowMs}: ${line}`),
    () => nowMs,
  );

  for (; nowMs <= 16_000; nowMs += 100) {
    if (nowMs === 7_000) silence.heard();
    silence.look();
  }

  expect(lines).toEqual(['5000: still starting: 5 s so far', '12000: still starting: 12 s so far']);
});
