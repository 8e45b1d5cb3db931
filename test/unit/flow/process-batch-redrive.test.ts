import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIntakeEvent } from '../../../lib/codec/intake-event.ts';
import { readRetryState } from '../../../lib/codec/retry-state.ts';
import { deadLetterId } from '../../../lib/decide/dead-letter-id.ts';
import type { IntakeEvent } from '../../../lib/model/dead-letter.ts';
import type { RecordContent } from '../../../lib/model/record.ts';
import {
  fail,
  INTAKE,
  order,
  REDRIVEN_ORIGIN,
  redriven,
  START_MS,
  startBatch as start,
} from '../../support/batch-flow.ts';
import * as given from '../../support/builders.ts';

const succeed = () => Promise.resolve();
const NOT_WRITTEN =
  'ERROR The outcome of redriven order ORDER-001 is not written: the intake topic did not take it. It is tried again.';
const UNSETTLED =
  'ERROR The outcome of redriven order ORDER-001 could not be written before the deadline: its record stays uncommitted and comes again';

function eventOf({ value }: RecordContent): IntakeEvent {
  const event = parseIntakeEvent(JSON.parse(Buffer.from(value ?? []).toString()));
  if ('unreadable' in event) throw new Error(event.unreadable);
  return event;
}

describe('a redriven record that is processed', () => {
  it('leaves one event that says so, keyed by its dead letter', async () => {
    const { play, publisher, texts, clock } = start(() => clock.sleep(40));
    const retry = redriven('ORDER-001', { attempt: 3 }, { topic: 'order-events-retry-2s' });
    expect(await play(retry)).toMatchObject([{ kind: 'processed' }]);
    const records = publisher.records(INTAKE);
    expect(records.map(eventOf)).toEqual([
      {
        kind: 'processed',
        id: deadLetterId(REDRIVEN_ORIGIN),
        origin: REDRIVEN_ORIGIN,
        redrive: { id: 'redrive-1', count: 2 },
        attempts: 3,
        processedAtMs: START_MS + 40,
        by: { functionName: 'f', functionVersion: '1', requestId: 'r' },
      },
    ]);
    expect(Buffer.from(records[0]?.key ?? []).toString()).toBe(deadLetterId(REDRIVEN_ORIGIN));
    expect(texts()).toEqual(['INFO Order ORDER-001 processed successfully']);
  });

  it('is not settled before its event is acknowledged', async () => {
    const { clock, run } = start(succeed, { latencyMs: 3_000 });
    let isSettled = false;
    const running = run(redriven('a')).then(() => (isSettled = true));
    await clock.run(clock.sleep(2_900));
    expect(isSettled).toBe(false);
    await clock.run(running);
    expect(isSettled).toBe(true);
  });

  it('is unsettled where no acknowledgement comes until the deadline, and the log says so', async () => {
    const { play, publisher, clock, texts } = start(succeed);
    publisher.deleteTopic(INTAKE);
    const outcomes = await play(redriven('ORDER-001'), order('good', { offset: 1 }));
    expect(new Map(outcomes.map(({ offset, kind }) => [offset, kind]))).toEqual(
      new Map([
        [0, 'unsettled'],
        [1, 'processed'],
      ]),
    );
    expect(clock.nowMs()).toBe(START_MS + 40_000);
    expect(texts().filter((text) => text.startsWith('ERROR'))).toEqual([NOT_WRITTEN, UNSETTLED]);
  });

  it('is settled once the intake is back, and nothing is said but the first failure', async () => {
    const { clock, run, publisher, texts } = start(succeed);
    publisher.deleteTopic(INTAKE);
    const running = run(redriven('ORDER-001'));
    await clock.run(clock.sleep(1_000));
    expect(texts()).toContain(NOT_WRITTEN);
    publisher.createTopic(INTAKE);
    expect(await clock.run(running)).toMatchObject([{ kind: 'processed' }]);
    expect(texts()).toEqual([]);
  });

  it('is unsettled where the intake refuses its event for its size: there is none that is smaller', async () => {
    const { play, publisher, texts } = start(succeed);
    publisher.createTopic(INTAKE, 1, 10);
    expect(await play(redriven('ORDER-001'))).toMatchObject([{ kind: 'unsettled' }]);
    expect(texts()).toEqual(expect.arrayContaining([NOT_WRITTEN, UNSETTLED]));
  });

  it('is unsettled where its hand-over breaks', async () => {
    const { play, texts } = start(succeed, { isPublisherBroken: true });
    expect(await play(redriven('ORDER-001'))).toMatchObject([{ kind: 'unsettled' }]);
    expect(texts()).toContain(UNSETTLED);
  });

  it('is written together with others, and with what fails', async () => {
    const { play, publisher } = start((name) =>
      name === 'bad' ? Promise.reject(new Error('fails')) : succeed(),
    );
    const records = Array.from({ length: 8 }, (_, offset) =>
      redriven(`k${offset}`, {}, { offset }),
    );
    await play(...records, order('bad'));
    expect(publisher.calls).toEqual([9]);
  });

  it('does not hold up the next record of its key', async () => {
    const startedAtMs: number[] = [];
    const { play, clock } = start(async () => void startedAtMs.push(clock.nowMs()), {
      latencyMs: 3_000,
    });
    await play(redriven('a'), redriven('a', {}, { offset: 1 }));
    expect(startedAtMs).toEqual([START_MS, START_MS]);
  });
});

it('a record that was never redriven leaves no event', async () => {
  const { play, publisher } = start(succeed);
  const copy = redriven('b', {}, { topic: 'order-events-retry-1s', headers: [] });
  const headers = [given.header('retry.state', JSON.stringify({ v: 1, ...given.state() }))];
  await play(order('a'), { ...copy, headers });
  expect(publisher.calls).toEqual([]);
});

it('a redrive forged on the order topic leaves no event', async () => {
  const { play, publisher } = start(succeed);
  expect(await play(redriven('a', {}, { topic: 'order-events' }))).toMatchObject([
    { kind: 'processed' },
  ]);
  expect(publisher.calls).toEqual([]);
});

describe('a redriven record that fails', () => {
  const REDRIVE = { id: 'redrive-1', count: 2 };

  it('is still one on its retry topic', async () => {
    const { play, publisher } = start(fail);
    expect(await play(redriven('a'))).toMatchObject([{ kind: 'retried' }]);
    const [copy] = publisher.records('order-events-retry-1s');
    expect(readRetryState(copy?.headers ?? [])).toMatchObject({
      kind: 'valid',
      state: { attempt: 2, origin: REDRIVEN_ORIGIN, redrive: REDRIVE },
    });
  });

  it.each<[string, Parameters<typeof redriven>]>([
    ['after all retries', ['a', { attempt: 4 }]],
    ['with no value', ['a', {}, { value: null }]],
  ])('for good says of which redrive: %s', async (_name, args) => {
    const { play, publisher } = start(fail);
    expect(await play(redriven(...args))).toMatchObject([{ kind: 'dead-lettered' }]);
    expect(publisher.records(INTAKE).map(eventOf)).toMatchObject([
      {
        kind: 'failed',
        id: deadLetterId(REDRIVEN_ORIGIN),
        origin: REDRIVEN_ORIGIN,
        attempts: args[1]?.attempt ?? 1,
        redrive: REDRIVE,
      },
    ]);
  });

  it('for good says so also without its bytes', async () => {
    const { play, publisher } = start(fail);
    publisher.createTopic(INTAKE, 1, 2_000);
    const large = redriven('ORDER-001', { attempt: 4 }, { value: Buffer.alloc(4_000, 'x') });
    await play(large);
    expect(publisher.records(INTAKE).map(eventOf)).toMatchObject([
      { kind: 'failed', redrive: REDRIVE, leftOut: { valueSizeBytes: 4_000 } },
    ]);
  });

  it('with a corrupt state is a dead letter of its own: nobody knows which one it was', async () => {
    const { play, publisher } = start(succeed);
    const headers = [given.header('retry.state', '{"v":1,"redrive":{"id":"redrive-1"}}')];
    await play(redriven('a', {}, { headers, partition: 1, offset: 5 }));
    const [event] = publisher.records(INTAKE).map(eventOf);
    expect(event).toMatchObject({
      reason: 'corrupt-retry-state',
      origin: { topic: 'order-events-redrive', partition: 1, offset: 5 },
    });
    expect(event).not.toHaveProperty('redrive');
  });
});

/** A record of a batch, and how it fares. */
const fateArbitrary = fc.record({
  isRedriven: fc.boolean(),
  succeeds: fc.boolean(),
  attempt: fc.integer({ min: 1, max: 4 }),
  key: fc.constantFrom('a', 'b', 'c'),
  takesMs: fc.constantFrom(0, 10, 60),
});

it('whatever comes together: an event for each redriven record that is settled as processed, and for no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fateArbitrary, { minLength: 1, maxLength: 8 }),
      fc.record({ from: fc.constantFrom(0, 15, 45, 90), isForGood: fc.boolean() }),
      async (fates, outage) => {
        const { clock, publisher, run } = start(
          async (text) => {
            const { succeeds, takesMs } = JSON.parse(text) as (typeof fates)[number];
            await clock.sleep(takesMs);
            if (!succeeds) throw new Error('fails');
          },
          { handOverInMs: 400 },
        );
        void clock.sleep(outage.from).then(() => publisher.hide(INTAKE));
        if (!outage.isForGood) void clock.sleep(200).then(() => publisher.show(INTAKE));
        const originOf = (offset: number) => ({ ...REDRIVEN_ORIGIN, offset });
        const records = fates.map((fate, offset) => {
          const over = {
            offset,
            key: given.bytes(fate.key),
            value: given.bytes(JSON.stringify(fate)),
          };
          return fate.isRedriven
            ? redriven('', { attempt: fate.attempt, origin: originOf(offset) }, over)
            : order('', over);
        });
        const outcomes = await clock.run(run(...records));
        publisher.show(INTAKE);
        const told = publisher
          .records(INTAKE)
          .map(eventOf)
          .flatMap((event) => (event.kind === 'processed' ? [event.origin.offset] : []));
        const settled = outcomes.flatMap(({ kind, topic, offset }) =>
          kind === 'processed' && topic === 'order-events-redrive' ? [offset] : [],
        );
        const succeeded = fates.flatMap((fate, at) =>
          fate.isRedriven && fate.succeeds ? [at] : [],
        );
        const byNumber = (a: number, b: number) => a - b;
        expect(told.toSorted(byNumber)).toEqual(settled.toSorted(byNumber));
        expect(succeeded).toEqual(expect.arrayContaining(settled));
        if (!outage.isForGood) expect(settled).toHaveLength(succeeded.length);
        expect(outcomes).toHaveLength(fates.length);
      },
    ),
    { numRuns: 60 },
  );
}, 30_000);
