import { describe, expect, it } from 'vitest';
import { discard } from '../../../lib/decide/life.ts';
import type { DeadLetterItem } from '../../../lib/model/dead-letter.ts';
import type { DeadLetterIndex } from '../../../lib/ports/dead-letter-index.ts';
import { intakeRecord } from '../../support/dead-letter-flow.ts';
import { expectCountsAreRight } from '../../support/group-counts.ts';
import { failureOf, startReindex } from '../../support/reindex-flow.ts';

type Stack = ReturnType<typeof startReindex>;

const { id } = failureOf(0);
const GONE = failureOf(1).id;

const ANSWERS = {
  'no answer': async () => {
    throw new Error('no answer');
  },
  'an answer to a repeated request: somebody was first': async () => false,
};

/** Reindexes with a store whose first write is done and not acknowledged: in which way, `answer` says. */
async function reindexWithout(
  answer: () => Promise<boolean>,
  prepare: (stack: Stack) => Promise<void>,
  meanwhile: (item: DeadLetterItem, index: DeadLetterIndex) => Promise<void> = async () =>
    undefined,
) {
  let isLost = true;
  const stack: Stack = startReindex({}, (index) => ({
    ...index,
    async put(item, revision) {
      const isWritten = await index.put(item, revision);
      if (!isLost) return isWritten;
      isLost = false;
      await meanwhile(item, index);
      return answer();
    },
  }));
  await stack.run(intakeRecord(failureOf(0)));
  await prepare(stack);
  const part = await stack.clock.run(stack.call(null, 60_000));
  return { stack, ...part };
}

function expectGroupsAreRight({ groups, index }: Stack): void {
  expectCountsAreRight(groups.groups(), index.items());
  const named = new Set(index.items().map(({ group }) => group));
  expect(new Set(groups.groups().map(({ group }) => group))).toEqual(named);
}

const CASES: Readonly<
  Record<string, { prepare: (stack: Stack) => Promise<void>; counts: object; says: string[] }>
> = {
  'an envelope that the index lost': {
    prepare: async ({ index }) => index.lose(id),
    counts: { opened: 1, resolved: 0, renewed: 0, left: 0 },
    says: [`INFO Dead letter ${id}: none → open`],
  },
  'a tombstone of one that has not ended': {
    prepare: (stack) => stack.write(id, null),
    counts: { opened: 0, resolved: 1, renewed: 0, left: 0 },
    says: [`INFO Dead letter ${id}: open → resolved`],
  },
  'an item of a former version': {
    async prepare({ index, groups }) {
      const item = (await index.get(id))!;
      index.lose(id);
      await index.put({ ...item, revision: 1, history: [] }, 0);
      await groups.recount(item.group, NONE, await groups.version(item.group));
    },
    counts: { opened: 0, resolved: 0, renewed: 1, left: 0 },
    says: [],
  },
};

const NONE = { open: 0, redriving: 0, resolved: 0, discarded: 0, purging: 0, purged: 0 };

const audits = (stack: Stack) => stack.said().filter((text) => text.startsWith('INFO Dead letter'));

describe.each(Object.entries(ANSWERS))('%s', (_name, answer) => {
  it.each(Object.keys(CASES))('%s is mended, told and counted once', async (name) => {
    const { prepare, counts, says } = CASES[name]!;
    const { stack, ...part } = await reindexWithout(answer, prepare);
    expect(part).toMatchObject({ state: null, counts });
    expect(audits(stack)).toEqual(says);
    expectGroupsAreRight(stack);
  });

  it('what somebody changed behind it is told and counted all the same', async () => {
    const change = { atMs: 7, by: 'ann', jobId: 'job-1', reason: 'known' };
    const { stack, ...part } = await reindexWithout(
      answer,
      async ({ index }) => index.lose(id),
      async (item, index) => {
        await index.put(discard(item, change)!, item.revision);
      },
    );
    expect(part).toMatchObject({ state: null, counts: { opened: 1, left: 0 } });
    expect(audits(stack)).toEqual([`INFO Dead letter ${id}: none → open`]);
    expect(await stack.index.get(id)).toMatchObject({ state: 'discarded' });
  });
});

it('what another reindex wrote in the same instant is its own', async () => {
  const another: DeadLetterItem[] = [];
  const stack: Stack = startReindex({}, (index) => ({
    ...index,
    async put(item, revision) {
      if (another.length === 0) {
        const history = item.history.map((entry) => ({ ...entry, invocation: 'another' }));
        another.push({ ...item, history });
        await index.put(another[0]!, revision);
      }
      return index.put(item, revision);
    },
  }));
  await stack.run(intakeRecord(failureOf(0)));
  stack.index.lose(id);
  const part = await stack.clock.run(stack.call(null, 60_000));
  expect(part.counts).toMatchObject({ opened: 0, left: 0 });
  expect(audits(stack)).toEqual([]);
  expect(await stack.index.get(id)).toEqual(another[0]);
});

it('a store that does not take a write says so, and the same call can be made again', async () => {
  let isDown = true;
  const stack: Stack = startReindex({}, (index) => ({
    ...index,
    async put(item, revision) {
      if (isDown) throw new Error('no answer');
      return index.put(item, revision);
    },
  }));
  isDown = false;
  await stack.run(intakeRecord(failureOf(0)), intakeRecord(failureOf(1)));
  stack.index.lose(GONE);
  isDown = true;
  await expect(stack.clock.run(stack.call(null, 60_000))).rejects.toThrow('no answer');
  expect(audits(stack)).toEqual([]);
  isDown = false;
  const part = await stack.clock.run(stack.call(null, 60_000));
  expect(part.counts).toMatchObject({ opened: 1 });
  expect(audits(stack)).toEqual([`INFO Dead letter ${GONE}: none → open`]);
});
