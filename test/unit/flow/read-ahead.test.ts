import { expect, it } from 'vitest';
import { readAhead } from '../../../lib/flow/read-ahead.ts';
import type { DeadLetterIndex } from '../../../lib/ports/dead-letter-index.ts';
import { deadLetterItem, idOf } from '../../support/dead-letter-items.ts';
import { createMemoryDeadLetterIndex } from '../../support/memory-dead-letter-index.ts';

const ids = Array.from({ length: 250 }, (_, at) => idOf(at));

/** An index with every other of the ids, and the sizes of what it was asked for. */
async function filled() {
  const memory = createMemoryDeadLetterIndex();
  for (const id of ids.filter((_, at) => at % 2 === 0)) await memory.put(deadLetterItem({ id }), 0);
  const sizes: number[] = [];
  const index: DeadLetterIndex = {
    ...memory,
    getMany: (some) => {
      sizes.push(some.length);
      return memory.getMany(some);
    },
  };
  return { index, memory, sizes };
}

it('reads a batch a hundred at a time, and knows of each whether it is there', async () => {
  const { index, sizes } = await filled();
  const readItem = readAhead([...ids, ...ids.slice(0, 10)], index);
  const found = await Promise.all(ids.map(readItem));
  expect(found.map((item) => item?.id)).toEqual(ids.map((id, at) => (at % 2 ? undefined : id)));
  expect(sizes).toEqual([100, 100, 50]);
});

it('looks again at what it is asked for once more', async () => {
  const { index, memory } = await filled();
  const [id = ''] = ids;
  const readItem = readAhead([id], index);
  const item = deadLetterItem({ id });
  expect(await readItem(id)).toEqual(item);
  await memory.put({ ...item, revision: 2, errorMessage: 'later' }, 1);
  expect(await readItem(id)).toMatchObject({ revision: 2, errorMessage: 'later' });
});

it('rejects where the index does, and looks anew after that', async () => {
  const { index, memory } = await filled();
  const readItem = readAhead(ids.slice(0, 2), index);
  memory.down = true;
  await expect(readItem(ids[0] ?? '')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  memory.down = false;
  expect(await readItem(ids[0] ?? '')).toMatchObject({ id: ids[0] });
});
