import { describe, expect, it } from 'vitest';
import { claim, claimPurge, discard } from '../../../lib/decide/life.ts';
import { countInGroups } from '../../../lib/flow/count-in-groups.ts';
import { type DeadLetterItem, type IntakeEvent } from '../../../lib/model/dead-letter.ts';
import type { DeadLetterIndex } from '../../../lib/ports/dead-letter-index.ts';
import { DLQ, intakeRecord, startFlow } from '../../support/dead-letter-flow.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { expectCountsAreRight } from '../../support/group-counts.ts';
import { captureLog } from '../../support/log-lines.ts';

type Flow = ReturnType<typeof startFlow>;
type Change = (item: DeadLetterItem) => DeadLetterItem | undefined;

const { id, origin, by } = failedEvent();
const redrive = { id: 'redrive-1', count: 1 };
const change = (jobId: string) => ({ atMs: 1, by: 'ann', jobId, reason: 'fixed' });
const claimed: Change = (item) => claim(item, change(redrive.id), 1);
const discarded: Change = (item) => discard(item, change('discard-1'));
const purging: Change = (item) => claimPurge(item, change('purge-1'));

const error = { type: 'OtherError', message: 'another cause', causes: [] };
const NEW_GROUP = 'WARN New failure group OtherError: another cause';
const EVENTS: Readonly<
  Record<string, { event: IntakeEvent; after: readonly Change[]; says: string[] }>
> = {
  'a first failure': {
    event: failedEvent({ error }),
    after: [],
    says: [NEW_GROUP],
  },
  'a failure of a redriven record': {
    event: failedEvent({ redrive, error }),
    after: [claimed],
    says: [`INFO Dead letter ${id}: redriving → open`, NEW_GROUP],
  },
  'a success': {
    event: { kind: 'processed', id, origin, redrive, attempts: 1, processedAtMs: 1, by },
    after: [claimed],
    says: [`INFO Dead letter ${id}: redriving → resolved`],
  },
  'a purge': {
    event: { kind: 'purge', id, jobId: 'purge-1', askedAtMs: 1 },
    after: [discarded, purging],
    says: [`INFO Dead letter ${id}: purging → purged`],
  },
};

async function changeBy(flow: Flow, next: Change): Promise<void> {
  const item = flow.index.items()[0];
  const changed = item && next(item);
  if (item === undefined || changed === undefined) return;
  await flow.index.put(changed, item.revision);
  await countInGroups(item, changed, undefined, { groups: flow.groups, log: captureLog().log });
}

/** Folds an event whose one write is done, and not acknowledged: in which way, `answer` says. */
async function foldWithout(
  answer: () => Promise<boolean>,
  { event, after }: (typeof EVENTS)[string],
  meanwhile: (flow: Flow) => Promise<void> = async () => undefined,
): Promise<{ flow: Flow; kinds: readonly string[]; measures: Flow['measures'] }> {
  let isLost = false;
  const around = (index: DeadLetterIndex): DeadLetterIndex => ({
    ...index,
    put: async (item, revision) => {
      const isWritten = await index.put(item, revision);
      if (!isLost) return isWritten;
      isLost = false;
      await meanwhile(flow);
      return answer();
    },
  });
  const flow: Flow = startFlow({ around, newGroups: true });
  if (after.length > 0) await flow.run(intakeRecord(failedEvent()));
  for (const next of after) await changeBy(flow, next);
  flow.lines();
  const { length } = flow.measures;
  isLost = true;
  const kinds = await flow.run(intakeRecord(event));
  return { flow, kinds, measures: flow.measures.slice(length) };
}

const audits = (flow: Flow) =>
  flow.texts().filter((text) => /^INFO Dead letter|^WARN New failure group/.test(text));

const ANSWERS = {
  'no answer': async () => {
    throw new Error('no answer');
  },
  'an answer to a repeated request: somebody was first': async () => false,
};

describe.each(Object.entries(ANSWERS))('%s', (_name, answer) => {
  it.each(Object.keys(EVENTS))('%s is folded, told and counted once', async (name) => {
    const given = EVENTS[name]!;
    const { flow, kinds, measures } = await foldWithout(answer, given);
    expect(kinds).toEqual([given.event.kind === 'failed' ? 'dead-lettered' : 'processed']);
    expect(audits(flow)).toEqual(given.says);
    const names = measures.map(([measure]) => measure);
    expect(names).toEqual(
      given.event.kind === 'failed'
        ? ['DeadLettersPublished', 'FailureGroupsNew']
        : ['DeadLettersEnded'],
    );
    expectCountsAreRight(flow.groups.groups(), flow.index.items());
    expect(flow.publisher.records(DLQ)).toHaveLength(given.after.length === 0 ? 1 : 2);
  });

  it('and an operator right behind it: it is told and counted once', async () => {
    const given = {
      event: failedEvent({ redrive }),
      after: [claimed],
      says: [`INFO Dead letter ${id}: redriving → open`],
    };
    const { flow, kinds } = await foldWithout(answer, given, (self) => changeBy(self, discarded));
    expect(kinds).toEqual(['dead-lettered']);
    expect(flow.index.items()).toMatchObject([{ state: 'discarded', revision: 4 }]);
    expect(audits(flow)).toEqual(given.says);
    expectCountsAreRight(flow.groups.groups(), flow.index.items());
  });
});

it('what another invocation wrote in the same instant is that one’s to tell', async () => {
  const { event } = EVENTS['a success']!;
  const open = startFlow({ requestId: 'r-2' });
  await open.run(intakeRecord(failedEvent()));
  const theirs = startFlow({ requestId: 'r-2' });
  await theirs.index.put(open.index.items()[0]!, 0);
  await theirs.run(intakeRecord(event));
  const resolved = theirs.index.items()[0]!;
  let isFirst = true;
  const flow: Flow = startFlow({
    around: (index) => ({
      ...index,
      put: async (item, revision) => {
        if (item.state === 'resolved' && isFirst) {
          isFirst = false;
          await index.put(resolved, revision);
        }
        return index.put(item, revision);
      },
    }),
  });
  await flow.index.put(open.index.items()[0]!, 0);
  flow.lines();
  expect(await flow.run(intakeRecord(event))).toEqual(['processed']);
  expect(isFirst).toBe(false);
  expect(flow.index.items()).toEqual([resolved]);
  expect(audits(flow)).toEqual([]);
  expect(flow.measures).toEqual([]);
});
