import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runPartition } from '../../../lib/flow/run-partition.ts';
import type { Delivery } from '../../../lib/model/delivery.ts';
import * as given from '../../support/builders.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const START_MS = 1_000;

interface Run {
  readonly offset: number;
  readonly key: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

const delivery = (offset: number, key: string | null, notBeforeMs?: number): Delivery =>
  given.delivery({
    record: given.record({ offset, key: key === null ? null : given.bytes(key) }),
    state: given.state(notBeforeMs === undefined ? {} : { notBeforeMs }),
  });

/** Runs the deliveries on a clock of its own; each takes `durationMs`. */
async function play(deliveries: Delivery[], durationMs = 10, over: Partial<Bounds> = {}) {
  const clock = createVirtualClock(START_MS);
  const runs: Run[] = [];
  const run = async ({ record: { offset, key } }: Delivery) => {
    const startedAtMs = clock.nowMs();
    await clock.sleep(durationMs);
    const name = key === null ? null : Buffer.from(key).toString();
    runs.push({ offset, key: name, startedAtMs, endedAtMs: clock.nowMs() });
  };
  const options = { clock, concurrencyMax: 3, latestStartMs: Infinity, ...over };
  const left = await clock.run(runPartition(deliveries, run, options));
  return { runs, left: left.map(({ record }) => record.offset), endMs: clock.nowMs() };
}

interface Bounds {
  readonly concurrencyMax: number;
  readonly latestStartMs: number;
}

describe('runPartition', () => {
  it('runs different keys side by side, up to the bound', async () => {
    const { runs } = await play([0, 1, 2, 3].map((offset) => delivery(offset, `key-${offset}`)));
    expect(runs.map(({ startedAtMs }) => startedAtMs - START_MS)).toEqual([0, 0, 0, 10]);
  });

  it('runs one key strictly one after the other, in order', async () => {
    const { runs } = await play([delivery(0, 'a'), delivery(1, 'a'), delivery(2, 'b')]);
    const started = Object.fromEntries(
      runs.map(({ offset, startedAtMs }) => [offset, startedAtMs]),
    );
    expect(started).toEqual({ 0: START_MS, 1: START_MS + 10, 2: START_MS });
  });

  it('takes records without key as a key each', async () => {
    const { runs } = await play([delivery(0, null), delivery(1, null)]);
    expect(runs.map(({ startedAtMs }) => startedAtMs)).toEqual([START_MS, START_MS]);
  });

  it('starts what is due although an earlier record is not', async () => {
    const { runs } = await play([
      delivery(0, 'a', START_MS + 500),
      delivery(1, 'b', START_MS + 100),
    ]);
    expect(runs.map(({ offset, startedAtMs }) => [offset, startedAtMs - START_MS])).toEqual([
      [1, 100],
      [0, 500],
    ]);
  });

  it('starts nothing after the latest start, and does not wait for what can never start', async () => {
    const late = delivery(2, 'c', START_MS + 300);
    const { left, endMs } = await play([delivery(0, 'a'), delivery(1, 'a'), late], 200, {
      latestStartMs: START_MS + 150,
    });
    expect(left).toEqual([1, 2]);
    expect(endMs).toBe(START_MS + 200);
  });

  it('each record runs once or is left; never early, never too late, never beside its own key or beyond the bound', async () => {
    const one = fc.record({
      key: fc.constantFrom('a', 'b', 'c', null),
      dueInMs: fc.option(fc.nat(400), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(500),
        async (records, concurrencyMax, latestInMs) => {
          const deliveries = records.map(({ key, dueInMs }, offset) =>
            delivery(offset, key, dueInMs === undefined ? undefined : START_MS + dueInMs),
          );
          const latestStartMs = START_MS + latestInMs;
          const { runs, left } = await play(deliveries, 30, { concurrencyMax, latestStartMs });
          const all = [...runs.map(({ offset }) => offset), ...left];
          expect(all.toSorted((a, b) => a - b)).toEqual(deliveries.map((_, index) => index));
          for (const run of runs) {
            const dueAtMs = deliveries[run.offset]?.state.notBeforeMs ?? 0;
            expect(run.startedAtMs).toBeGreaterThanOrEqual(dueAtMs);
            expect(run.startedAtMs).toBeLessThanOrEqual(latestStartMs);
            const atItsStart = runs.filter(
              (other) => other.startedAtMs <= run.startedAtMs && other.endedAtMs > run.startedAtMs,
            );
            expect(atItsStart.length).toBeLessThanOrEqual(concurrencyMax);
            const sameKey = atItsStart.filter(({ key }) => key !== null && key === run.key);
            if (run.key !== null) expect(sameKey).toEqual([run]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
