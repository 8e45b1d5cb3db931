import { expect, it } from 'vitest';
import { AppError } from '../../../lib/model/errors.ts';
import { order, START_MS, startBatch } from '../../support/batch-flow.ts';

const LATEST_START_MS = 30_000;
const WAITS = 'ERROR A record waits for its schema: no attempt is spent on it';

/** A business that reads `avro` only once the registry is back, so long after the start. */
function start(backInMs: number) {
  const handled: string[] = [];
  const { clock, texts, play } = startBatch(
    async (text, { attempt }) => void handled.push(`${text} ${attempt}`),
    {
      latestStartInMs: LATEST_START_MS,
      prepare: async (value, clock) => {
        if (Buffer.from(value).toString() === 'avro' && clock.nowMs() < START_MS + backInMs) {
          throw new AppError('REGISTRY_UNAVAILABLE', 'no registry');
        }
      },
    },
  );
  const run = async () => {
    const outcomes = await play(...['avro', 'json'].map((name, offset) => order(name, { offset })));
    const byOffset = outcomes.toSorted((a, b) => a.offset - b.offset);
    return byOffset.map(({ kind }) => kind);
  };
  return { run, handled, texts, clock };
}

it('while the registry is away a record waits, spends no attempt, and holds up no other', async () => {
  const { run, handled, texts } = start(20_000);
  expect(await run()).toEqual(['processed', 'processed']);
  expect(handled).toEqual(['json 1', 'avro 1']);
  expect(texts().filter((text) => text.startsWith('ERROR'))).toEqual([WAITS]);
});

it('a record whose schema does not come in time is unsettled, and nothing is written of it', async () => {
  const { run, handled, texts, clock } = start(Infinity);
  expect(await run()).toEqual(['unsettled', 'processed']);
  expect(handled).toEqual(['json 1']);
  expect(clock.nowMs()).toBe(START_MS + LATEST_START_MS);
  expect(texts().filter((text) => text.startsWith('ERROR'))).toEqual([
    WAITS,
    'ERROR The schema of a record did not come before the deadline: it stays uncommitted and comes again',
  ]);
});
