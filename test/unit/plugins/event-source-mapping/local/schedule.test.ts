import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAYLOAD_BYTES_MAX } from '../../../../../plugins/event-source-mapping/local/event.ts';
import {
  appendFetched,
  committableOffset,
  createLane,
} from '../../../../../plugins/event-source-mapping/local/lane.ts';
import { nextPieces, type Piece } from '../../../../../plugins/event-source-mapping/local/piece.ts';
import {
  endStep,
  nextStep,
  type Schedule,
  type ScheduleLimits,
} from '../../../../../plugins/event-source-mapping/local/schedule.ts';
import { BEHAVIOUR_DEFAULTS } from '../../../../../plugins/event-source-mapping/local/behaviour.ts';
import { encodedRecord, recordsAt } from '../../../../support/polled-records.ts';

const limits = { batchSize: 100, windowMs: 0, emptyEventBytes: 100, mode: 'provisioned' } as const;

function scheduleOf(lanes: Readonly<Record<number, readonly number[]>>): Schedule {
  const schedule: Schedule = { topicId: 't', lanes: new Map(), busy: new Set(), windowFromMs: 0 };
  for (const [key, offsets] of Object.entries(lanes)) {
    const partition = Number(key);
    const lane = createLane(partition, 0, 0);
    appendFetched(lane, recordsAt(partition, ...offsets), (offsets.at(-1) ?? -1) + 1);
    schedule.lanes.set(partition, lane);
  }
  return schedule;
}

const placesOf = (records: readonly { partition: number; offset: number }[]) =>
  records.map(({ partition, offset }) => `${partition}@${offset}`);

function invoked(schedule: Schedule, nowMs = 0, with_: ScheduleLimits = limits) {
  const step = nextStep(schedule, with_, nowMs);
  if (step.kind !== 'invoke') throw new Error(`expected an invocation, got ${step.kind}`);
  return step;
}

describe('nextStep', () => {
  it('puts several partitions into one batch, each in the order of its offsets', () => {
    const { records } = invoked(scheduleOf({ 0: [1, 2], 3: [7, 9] }));
    expect(placesOf(records).toSorted()).toEqual(['0@1', '0@2', '3@7', '3@9']);
  });

  it('never takes a partition that is part of an invocation under way', () => {
    const schedule = scheduleOf({ 0: [1], 1: [] });
    invoked(schedule);
    appendFetched(schedule.lanes.get(0)!, recordsAt(0, 2), 3);
    appendFetched(schedule.lanes.get(1)!, recordsAt(1, 5), 6);
    expect(placesOf(invoked(schedule).records)).toEqual(['1@5']);
    expect(nextStep(schedule, limits, 0).kind).toBe('wait');
  });

  it('delivers newer records of a partition only once the older ones are settled', () => {
    const schedule = scheduleOf({ 0: [1, 2] });
    const step = invoked(schedule, 0, { ...limits, batchSize: 1 });
    const again = nextPieces(step.piece, {
      behaviour: BEHAVIOUR_DEFAULTS,
      requestId: 'request-1',
      unsettled: step.records,
      bisect: false,
      retriesMax: 9,
      nowMs: 0,
    });
    endStep(schedule, step, again.pieces);
    const waiting = nextStep(schedule, limits, 0);
    expect(waiting).toEqual({ kind: 'wait', untilMs: again.pieces[0]?.notBeforeMs });
    const second = invoked(schedule, 10_000);
    expect(placesOf(second.records)).toEqual(['0@1']);
    endStep(schedule, second, []);
    expect(placesOf(invoked(schedule).records)).toEqual(['0@2']);
  });

  it('waits for the window, counted from the oldest record, unless the batch is full', () => {
    const windowed = { ...limits, windowMs: 500, batchSize: 2 };
    const schedule = scheduleOf({ 0: [] });
    const lane = schedule.lanes.get(0)!;
    appendFetched(lane, [encodedRecord({ offset: 1 }, 100)], 2);
    expect(nextStep(schedule, windowed, 300)).toEqual({ kind: 'wait', untilMs: 600 });
    appendFetched(lane, [encodedRecord({ offset: 2 }, 300)], 3);
    expect(placesOf(invoked(schedule, 300, windowed).records)).toEqual(['0@1', '0@2']);
  });

  it('closes a batch before the payload is over 6 MB', () => {
    const value = Buffer.alloc(1_000_000);
    const schedule = scheduleOf({ 0: [] });
    const lane = schedule.lanes.get(0)!;
    const large = [1, 2, 3, 4, 5, 6].map((offset) => encodedRecord({ offset, value }));
    appendFetched(lane, large, 7);
    const { records } = invoked(schedule, 0, { ...limits, windowMs: 60_000 });
    const bytes = records.reduce((sum, { jsonBytes }) => sum + jsonBytes, 0);
    expect(records).toHaveLength(4);
    expect(bytes).toBeLessThan(PAYLOAD_BYTES_MAX);
  });

  it('sets a record aside that no invocation can hold', () => {
    const schedule = scheduleOf({ 0: [] });
    const lane = schedule.lanes.get(0)!;
    appendFetched(lane, [encodedRecord({ offset: 1, value: Buffer.alloc(5_000_000) })], 2);
    appendFetched(lane, recordsAt(0, 2), 3);
    const step = nextStep(schedule, limits, 0);
    expect(step).toMatchObject({ kind: 'oversize', records: [{ offset: 1 }] });
    expect(committableOffset(lane)).toBe(1);
    if (step.kind === 'oversize') endStep(schedule, step, []);
    expect(placesOf(invoked(schedule).records)).toEqual(['0@2']);
  });
});

/** A function that settles, fails and reports as the numbers say, until nothing is left. */
function runAll(schedule: Schedule, batchSize: number, choices: readonly number[]) {
  const delivered: string[] = [];
  const open: Extract<ReturnType<typeof nextStep>, { kind: 'invoke' }>[] = [];
  let nowMs = 0;
  for (let turn = 0; turn < 5_000; turn++) {
    const step = nextStep(schedule, { ...limits, batchSize }, nowMs);
    if (step.kind === 'invoke') {
      const taken = new Set(step.records.map(({ partition }) => partition));
      for (const other of open) {
        expect(other.records.some(({ partition }) => taken.has(partition))).toBe(false);
      }
      open.push(step);
    }
    const choice = choices[turn % choices.length] ?? 0;
    if (step.kind === 'invoke' && open.length < 3 && choice % 2 === 0) continue;
    const [ending] = open.splice(choice % Math.max(1, open.length), 1);
    if (ending === undefined) {
      if (step.kind === 'wait' && step.untilMs === Number.POSITIVE_INFINITY) return delivered;
      nowMs += 1_000;
      continue;
    }
    const unsettled = ending.records.filter((_, index) => (choice + index + turn) % 3 === 0);
    const bisect = choice % 5 === 0;
    const decision = nextPieces(ending.piece, {
      behaviour: BEHAVIOUR_DEFAULTS,
      requestId: 'request-1',
      unsettled: bisect ? ending.records : unsettled,
      bisect,
      retriesMax: 10,
      nowMs,
    });
    const again = new Set(decision.pieces.flatMap((piece: Piece) => piece.records));
    delivered.push(...placesOf(ending.records.filter((record) => !again.has(record))));
    endStep(schedule, ending, decision.pieces);
    nowMs += 500;
  }
  throw new Error('does not end');
}

describe('a schedule with failures, splits and overlapping invocations', () => {
  it('ends, settles every record once, and lets every offset be committed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.nat(100), { minLength: 3, maxLength: 30 }),
        (counts, batchSize, choices) => {
          const lanes = counts.map((count) => Array.from({ length: count }, (_, index) => index));
          const schedule = scheduleOf(Object.fromEntries(lanes.entries()));
          const delivered = runAll(schedule, batchSize, choices);
          const all = lanes.flatMap((offsets, partition) =>
            offsets.map((offset) => `${partition}@${offset}`),
          );
          expect(delivered.toSorted()).toEqual(all.toSorted());
          for (const [partition, lane] of schedule.lanes) {
            expect(committableOffset(lane)).toBe(lanes[partition]?.length);
          }
        },
      ),
    );
  });

  it('never lets an offset be committed at or past an unsettled record', () => {
    const schedule = scheduleOf({ 0: [3, 4, 5] });
    const lane = schedule.lanes.get(0)!;
    expect(committableOffset(lane)).toBe(3);
    const step = invoked(schedule);
    const [, middle] = step.records;
    const unsettled = middle === undefined ? [] : [middle];
    const { pieces } = nextPieces(step.piece, {
      behaviour: BEHAVIOUR_DEFAULTS,
      requestId: 'request-1',
      unsettled,
      bisect: false,
      retriesMax: 9,
      nowMs: 0,
    });
    endStep(schedule, step, pieces);
    expect(committableOffset(lane)).toBe(4);
    appendFetched(lane, recordsAt(0, 6), 7);
    expect(committableOffset(lane)).toBe(4);
  });
});
