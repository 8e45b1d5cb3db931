import { describe, expect, it } from 'vitest';
import { deadLetterId } from '../../../lib/decide/dead-letter-id.ts';
import { claim, claimPurge, discard } from '../../../lib/decide/life.ts';
import { countInGroups } from '../../../lib/flow/count-in-groups.ts';
import type { DeadLetterItem, ProcessedEvent } from '../../../lib/model/dead-letter.ts';
import type { DeadLetterIndex } from '../../../lib/ports/dead-letter-index.ts';
import { DLQ, intakeRecord, startFlow } from '../../support/dead-letter-flow.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { captureLog } from '../../support/log-lines.ts';

type Flow = ReturnType<typeof startFlow>;

const { id, origin, by } = failedEvent();
const REDRIVE = { id: 'redrive-1', count: 1 };
const success: ProcessedEvent = {
  kind: 'processed',
  id,
  origin,
  redrive: REDRIVE,
  attempts: 1,
  processedAtMs: 1_767_225_700_000,
  by,
};
const purge = { kind: 'purge', id, jobId: 'purge-1', askedAtMs: 1 } as const;
const failedAgain = failedEvent({ redrive: REDRIVE, attempts: 4 });
const change = (jobId: string) => ({ atMs: 1, by: 'ann', jobId, reason: 'fixed' });

const itemOf = (flow: Flow) => flow.index.items()[0]!;
const kindsOf = (flow: Flow) =>
  flow.publisher.records(DLQ).map(({ value }) => (value === null ? 'tombstone' : 'envelope'));

/** A flow whose dead letter failed, and was then changed like this by operators. */
async function startWith(
  changes: readonly ((item: DeadLetterItem) => DeadLetterItem | undefined)[],
  around?: (index: DeadLetterIndex, flow: () => Flow) => DeadLetterIndex,
): Promise<Flow> {
  const options = around && { around: (index: DeadLetterIndex) => around(index, () => flow) };
  const flow: Flow = startFlow(options);
  await flow.run(intakeRecord(failedEvent()));
  for (const next of changes) {
    const item = itemOf(flow);
    const changed = next(item)!;
    await flow.index.put(changed, item.revision);
    await countInGroups(item, changed, undefined, { groups: flow.groups, log: captureLog().log });
  }
  flow.lines();
  return flow;
}

const claimed = (item: DeadLetterItem) => claim(item, change(REDRIVE.id), 1);
const discarded = (item: DeadLetterItem) => discard(item, change('discard-1'));
const purging = (item: DeadLetterItem) => claimPurge(item, change('purge-1'));

describe('a success', () => {
  it('writes the tombstone where the envelope lies, then resolves; groups, log and metrics say so', async () => {
    const flow = await startWith([claimed]);
    const before = itemOf(flow);
    expect(await flow.run(intakeRecord(success))).toEqual(['processed']);
    const partitions = flow.publisher.partitions(DLQ);
    const place = partitions[before.envelopeAt.partition]!;
    expect(place.map(({ key, value }) => [Buffer.from(key!).toString(), value === null])).toEqual([
      [id, false],
      [id, true],
    ]);
    expect(itemOf(flow)).toMatchObject({ state: 'resolved', envelopeAt: before.envelopeAt });
    expect(flow.lines()).toMatchObject([
      {
        level: 'INFO',
        message: `Dead letter ${id}: redriving → resolved`,
        deadLetterId: id,
        orderId: 'ORDER-1',
        from: 'redriving',
        to: 'resolved',
        by: 'retry-orders',
        jobId: 'redrive-1',
      },
    ]);
    expect(flow.measures.at(-1)).toEqual(['DeadLettersEnded', 1, { state: 'resolved' }]);
    expect(flow.groups.groups()).toMatchObject([
      { counts: { open: 0, resolved: 1, redriving: 0 } },
    ]);
  });

  it('that comes again writes the tombstone again, and changes nothing', async () => {
    const flow = await startWith([claimed]);
    await flow.run(intakeRecord(success));
    const item = itemOf(flow);
    expect(await flow.run(intakeRecord(success), intakeRecord(failedAgain))).toEqual([
      'processed',
      'processed',
    ]);
    expect(itemOf(flow)).toEqual(item);
    expect(kindsOf(flow)).toEqual(['envelope', 'tombstone', 'tombstone', 'tombstone']);
  });

  it('of what the index knows nothing of is remembered where its tombstone lies', async () => {
    const flow = startFlow();
    await flow.run(intakeRecord(success));
    const { envelopeAt } = itemOf(flow);
    expect(envelopeAt).toMatchObject({ topic: DLQ, offset: 0 });
    expect(flow.publisher.partitions(DLQ)[envelopeAt.partition]).toHaveLength(1);
    // The failure that it came of, late.
    await flow.run(intakeRecord(failedEvent()));
    expect(itemOf(flow)).toMatchObject({ state: 'resolved', revision: 1 });
    expect(kindsOf(flow)).toEqual(['tombstone', 'tombstone']);
  });
});

describe('a failure of a redriven record', () => {
  it('opens its dead letter again: a new envelope in its place, the old first failure, the new error', async () => {
    const flow = await startWith([claimed]);
    const before = itemOf(flow);
    const error = { type: 'OtherError', message: 'another cause', causes: [] };
    const event = failedEvent({ redrive: REDRIVE, attempts: 2, error, lastFailedAtMs: 2e12 });
    expect(await flow.run(intakeRecord(event))).toEqual(['dead-lettered']);
    const [first, last] = await flow.envelopes();
    expect(last).toMatchObject({
      errorType: 'OtherError',
      totalAttempts: 6,
      redriveCount: 1,
      firstFailureTimestamp: first?.firstFailureTimestamp,
      originalValue: first?.originalValue,
    });
    expect(itemOf(flow)).toMatchObject({
      state: 'open',
      revision: 3,
      errorType: 'OtherError',
      totalAttempts: 6,
      arrivedAtMs: before.arrivedAtMs,
      envelopeAt: { partition: before.envelopeAt.partition, offset: 1 },
      redrive: { id: 'redrive-1', outcome: 'failed' },
    });
    expect(flow.texts()).toEqual([
      'ERROR Message sent to DLQ | OrderID: ORDER-1 | Error: OtherError | Retry Count: 1',
      `INFO Dead letter ${id}: redriving → open`,
      'WARN New failure group OtherError: another cause',
    ]);
    const newGroups = () => flow.measures.filter(([name]) => name === 'FailureGroupsNew');
    expect(newGroups()).toEqual([['FailureGroupsNew', 1]]);
    const next = { ...origin, offset: origin.offset + 1 };
    await flow.run(intakeRecord(failedEvent({ id: deadLetterId(next), origin: next, error })));
    expect(newGroups()).toHaveLength(1);
    const [now, then] = flow.groups
      .groups()
      .toSorted((a) => (a.errorType === 'OtherError' ? -1 : 1));
    expect(now).toMatchObject({ counts: { open: 2 }, example: id });
    expect(then?.counts).toMatchObject({ open: 0, redriving: 0 });
  });

  it('without its bytes leaves the envelope that has them', async () => {
    const flow = await startWith([claimed]);
    const record = { key: null, value: null, headers: [] };
    const summary = { orderId: 'ORDER-1', originalMessageEncoding: 'utf-8' as const };
    const leftOut = { ...summary, valueSizeBytes: 9_000_000, valueSha256: 'ab' };
    const event = failedEvent({ redrive: REDRIVE, record, leftOut });
    expect(await flow.run(intakeRecord(event))).toEqual(['dead-lettered']);
    expect(kindsOf(flow)).toEqual(['envelope']);
    expect(itemOf(flow)).toMatchObject({ state: 'open', revision: 3, bytesMissing: false });
    expect(itemOf(flow).envelopeAt.offset).toBe(0);
  });

  it('under another redrive changes nothing', async () => {
    const flow = await startWith([claimed]);
    const item = itemOf(flow);
    const event = failedEvent({ redrive: { id: 'redrive-0', count: 1 } });
    expect(await flow.run(intakeRecord(event))).toEqual(['processed']);
    expect(itemOf(flow)).toEqual(item);
    expect(kindsOf(flow)).toEqual(['envelope']);
  });
});

describe('a purge', () => {
  it('takes the content of one that is being purged from topic and index', async () => {
    const flow = await startWith([discarded, purging]);
    expect(await flow.run(intakeRecord(purge))).toEqual(['processed']);
    expect(kindsOf(flow)).toEqual(['envelope', 'tombstone']);
    expect(itemOf(flow)).toMatchObject({ state: 'purged', originalMessage: null });
    expect(itemOf(flow).history.at(-1)).toMatchObject({ what: 'purged', by: 'ann' });
  });

  it.each([
    ['open', []],
    ['redriving', [claimed]],
    ['discarded', [discarded]],
  ])('changes nothing where it is %s', async (_state, changes) => {
    const flow = await startWith(changes);
    const item = itemOf(flow);
    expect(await flow.run(intakeRecord(purge))).toEqual(['processed']);
    expect(itemOf(flow)).toEqual(item);
    expect(kindsOf(flow)).toEqual(['envelope']);
  });
});

describe('two writers at once', () => {
  it('an operator between tombstone and item is no hindrance: the tombstone is written again, and it is resolved', async () => {
    let interfered = false;
    const flow = await startWith([], (index) => ({
      ...index,
      put: async (item, revision) => {
        if (item.state === 'resolved' && !interfered) {
          interfered = true;
          const open = (await index.get(id))!;
          await index.put(discarded(open)!, open.revision);
        }
        return index.put(item, revision);
      },
    }));
    expect(await flow.run(intakeRecord(success))).toEqual(['processed']);
    expect(itemOf(flow)).toMatchObject({ state: 'resolved', revision: 3 });
    expect(kindsOf(flow)).toEqual(['envelope', 'tombstone', 'tombstone']);
  });

  it('a tombstone that an envelope of the other went over is written again', async () => {
    let interfered = false;
    const flow = await startWith([claimed], (index, self) => ({
      ...index,
      put: async (item, revision) => {
        if (item.state === 'resolved' && !interfered) {
          interfered = true;
          // The other one folds a failure of the same redrive.
          await self().run(intakeRecord(failedAgain));
        }
        return index.put(item, revision);
      },
    }));
    expect(await flow.run(intakeRecord(success))).toEqual(['processed']);
    expect(itemOf(flow)).toMatchObject({ state: 'resolved' });
    expect(kindsOf(flow)).toEqual(['envelope', 'tombstone', 'envelope', 'tombstone']);
  });
});

describe('an outage', () => {
  it('of the index between tombstone and item does not write the tombstone again', async () => {
    let puts = 0;
    const flow = await startWith([claimed], (index) => ({
      ...index,
      put: async (item, revision) => {
        if (item.state === 'resolved' && ++puts < 4) throw new Error('no answer');
        return index.put(item, revision);
      },
    }));
    expect(await flow.run(intakeRecord(success))).toEqual(['processed']);
    expect(puts).toBe(4);
    expect(kindsOf(flow)).toEqual(['envelope', 'tombstone']);
    expect(flow.texts()).toEqual([
      `ERROR The end of dead letter ${id} is not written: the DLQ topic or the index did not take it. It is tried again.`,
      `INFO Dead letter ${id}: redriving → resolved`,
    ]);
  });

  it('of the DLQ topic leaves the success unsettled, and the item as it was', async () => {
    const flow = await startWith([claimed]);
    const item = itemOf(flow);
    flow.publisher.deleteTopic(DLQ);
    expect(await flow.run(intakeRecord(success))).toEqual(['unsettled']);
    expect(itemOf(flow)).toEqual(item);
    expect(flow.texts().at(-1)).toBe(
      `ERROR Dead letter ${id} is not settled: its intake record stays uncommitted and comes again`,
    );
  });

  it('of the groups does not hold up anything: it is said, and counted some day', async () => {
    const flow = await startWith([claimed]);
    flow.groups.down = true;
    expect(await flow.run(intakeRecord(success))).toEqual(['processed']);
    expect(itemOf(flow)).toMatchObject({ state: 'resolved' });
    expect(flow.texts().at(-1)).toBe(
      'WARN The counts of a failure group are not written: they are wrong until a reindex',
    );
  });
});
