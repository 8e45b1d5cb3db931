import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listDeadLetters } from '../../../lib/flow/list-dead-letters.ts';
import type { DeadLetterItem } from '../../../lib/model/dead-letter.ts';
import type { DeadLetterIndex } from '../../../lib/ports/dead-letter-index.ts';
import { deadLetterItem, idOf, newestFirst, openItems } from '../../support/dead-letter-items.ts';
import { createMemoryDeadLetterIndex } from '../../support/memory-dead-letter-index.ts';

type Query = Parameters<typeof listDeadLetters>[0];

async function indexOf(items: readonly DeadLetterItem[]) {
  const index = createMemoryDeadLetterIndex();
  for (const item of items) await index.put(item, 0);
  return index;
}

const depsOf = (index: DeadLetterIndex) => ({ index, orderTopic: 'order-events', nowMs: 1_000 });

/** All pages one after the other. */
async function readAll(query: Query, index: DeadLetterIndex) {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await listDeadLetters({ ...query, ...(cursor ? { cursor } : {}) }, depsOf(index));
    pages.push(page.messages.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && pages.length < 200);
  return pages;
}

describe('pages', () => {
  it('together hold every dead letter once, newest first, none longer than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(openItems, fc.integer({ min: 1, max: 7 }), async (items, limit) => {
        const pages = await readAll({ limit }, await indexOf(items));

        expect(pages.flat()).toEqual(newestFirst(items).map(({ id }) => id));
        expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('are 20 long where nothing is said', async () => {
    const items = Array.from({ length: 21 }, (_, n) =>
      deadLetterItem({ id: idOf(n), revision: 1 }),
    );

    const pages = await readAll({}, await indexOf(items));

    expect(pages.map((page) => page.length)).toEqual([20, 1]);
  });

  it('end where Lambda’s answer is full, and go on there', async () => {
    // 8 KiB of control characters are 57 KB in the answer, 100 of them too much for it.
    const message = '\u0001'.repeat(8192);
    const items = Array.from({ length: 150 }, (_, n) =>
      deadLetterItem({ id: idOf(n), originalMessage: message, errorMessage: message }),
    );
    const index = await indexOf(items);

    const { messages } = await listDeadLetters({ limit: 100 }, depsOf(index));
    const pages = await readAll({ limit: 100 }, index);

    const body = JSON.stringify({ messages });
    expect(messages.length).toBeGreaterThan(30);
    expect(Buffer.byteLength(JSON.stringify({ body }))).toBeLessThan(6 * 1024 * 1024);
    expect(pages.flat()).toEqual(newestFirst(items).map(({ id }) => id));
  });

  it('are filled from an index that finds little at a time', async () => {
    const items = Array.from({ length: 5 }, (_, n) => deadLetterItem({ id: idOf(n) }));
    const memory = await indexOf(items);
    const oneByOne: DeadLetterIndex = {
      ...memory,
      list: (filter, _limit, after) => memory.list(filter, 1, after),
    };

    const { messages, nextCursor } = await listDeadLetters({ limit: 4 }, depsOf(oneByOne));

    expect(messages).toHaveLength(4);
    expect(nextCursor).not.toBeNull();
  });
});

describe('filters', () => {
  it('leave out what does not match', async () => {
    const index = await indexOf([
      deadLetterItem({ id: idOf(1), reason: 'undecodable', arrivedAtMs: 10 }),
      deadLetterItem({ id: idOf(2), reason: 'undecodable', arrivedAtMs: 20 }),
      deadLetterItem({ id: idOf(3), reason: 'non-retriable', arrivedAtMs: 20 }),
      deadLetterItem({ id: idOf(4), reason: 'undecodable', arrivedAtMs: 30 }),
    ]);

    // `from` is inclusive, `to` is not.
    expect(await readAll({ reason: 'undecodable', from: 10, to: 30 }, index)).toEqual([
      [idOf(2), idOf(1)],
    ]);
  });

  it.each([
    { from: 5, to: 5 },
    { from: 6, to: 5 },
  ])('refuse a time that is none: from $from to $to', async (query) => {
    await expect(listDeadLetters(query, depsOf(await indexOf([])))).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });

  it.each([
    {
      query: { originalOffsetFrom: 5 },
      says: 'originalOffsetFrom stands without originalPartition',
    },
    {
      query: { originalTopic: 'order-events', originalOffsetTo: 5 },
      says: 'originalOffsetTo stands without originalPartition',
    },
    {
      query: { originalPartition: 0, originalOffsetFrom: 6, originalOffsetTo: 5 },
      says: 'originalOffsetFrom is over originalOffsetTo',
    },
  ])('refuse offsets that are none: $says', async ({ query, says }) => {
    await expect(listDeadLetters(query, depsOf(await indexOf([])))).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining(says) as string,
    });
  });

  it('take a partition as one of the order topic where no topic is named', async () => {
    const place = { originalPartition: 3, originalOffset: 7 };
    const index = await indexOf([
      deadLetterItem({ id: idOf(1), originalTopic: 'order-events', ...place }),
      deadLetterItem({ id: idOf(2), originalTopic: 'order-events-retry-1s', ...place }),
    ]);
    const query = { originalPartition: 3, originalOffsetFrom: 7, originalOffsetTo: 7 };

    expect(await readAll(query, index)).toEqual([[idOf(1)]]);
    expect(await readAll({ ...query, originalTopic: 'order-events-retry-1s' }, index)).toEqual([
      [idOf(2)],
    ]);
  });

  it('find what has ended, by state', async () => {
    const index = await indexOf([
      deadLetterItem({ id: idOf(1) }),
      deadLetterItem({ id: idOf(2), state: 'discarded' }),
      deadLetterItem({ id: idOf(3), state: 'resolved', group: 'fedcba9876543210' }),
      deadLetterItem({ id: idOf(4), state: 'resolved' }),
    ]);

    expect(await readAll({ state: 'discarded' }, index)).toEqual([[idOf(2)]]);
    expect(await readAll({ state: 'resolved', group: 'fedcba9876543210' }, index)).toEqual([
      [idOf(3)],
    ]);
  });

  it('refuse the cursor of another list', async () => {
    const index = await indexOf([deadLetterItem({ id: idOf(1) }), deadLetterItem({ id: idOf(2) })]);
    const { nextCursor } = await listDeadLetters({ limit: 1 }, depsOf(index));
    const cursor = nextCursor ?? '';

    await expect(
      listDeadLetters({ limit: 1, cursor, orderId: 'ORDER-1' }, depsOf(index)),
    ).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
      message: expect.stringContaining('belongs to another list') as string,
    });
    const next = await listDeadLetters({ limit: 2, cursor }, depsOf(index));
    expect(next.messages).toHaveLength(1); // Another limit is fine.
  });
});

it('passes on that the store does not answer', async () => {
  const index = await indexOf([]);
  index.down = true;

  await expect(listDeadLetters({}, depsOf(index))).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
});
