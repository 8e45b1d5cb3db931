import { byText } from '../../lib/decide/by-text.ts';
import type { Fields } from './fields.ts';
import type { Page } from './pages.ts';

/**
 * Several lists as one, the greatest `keyOf` first, if each of them is so; rows of equal key in the order of the lists.
 * No list is read further than is needed.
 * @param limit rows at most, ≥ 1; may be infinite
 * @throws what the lists throw
 */
export async function* merged(
  lists: readonly AsyncIterable<Page>[],
  keyOf: (row: Fields) => string,
  limit: number,
): AsyncGenerator<Page> {
  const heads = await Promise.all(lists.map((list) => headOf(rowsOf(list))));
  for (let left = limit; left > 0; left--) {
    const [first] = heads
      .filter((head) => head.row !== undefined)
      .toSorted((a, b) => byText(keyOf(b.row ?? {}), keyOf(a.row ?? {})));
    if (first?.row === undefined) return;
    const { row } = first;
    await advance(first);
    const isMore = heads.some((head) => head.row !== undefined);
    yield { rows: [row], isMore };
  }
}

interface Head {
  readonly rows: AsyncIterator<Fields>;
  row: Fields | undefined;
}

async function headOf(rows: AsyncIterator<Fields>): Promise<Head> {
  const head: Head = { rows, row: undefined };
  await advance(head);
  return head;
}

async function advance(head: Head): Promise<void> {
  const next = await head.rows.next();
  head.row = next.done === true ? undefined : next.value;
}

async function* rowsOf(list: AsyncIterable<Page>): AsyncGenerator<Fields> {
  for await (const { rows } of list) yield* rows;
}
