import { takeFitting } from '../codec/answer-size.ts';
import type { ListedMessage } from '../codec/dead-letter-answer.ts';
import { toListedMessage } from '../codec/dead-letter-json.ts';
import { decodeCursor, encodeCursor } from '../codec/list-cursor.ts';
import { LIST_LIMIT_DEFAULT, type ListQuery } from '../codec/list-query.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import { AppError } from '../model/errors.ts';
import type { DeadLetterFilter } from '../model/job.ts';
import type { DeadLetterIndex, ListPosition } from '../ports/dead-letter-index.ts';

/** Times that the index is asked for one page: with rare filters it may look through much and find little. */
const ROUNDS_MAX = 10;

export interface ListDeadLettersDeps {
  readonly index: DeadLetterIndex;
}

export interface ListedPage {
  readonly messages: readonly ListedMessage[];
  readonly nextCursor: string | null;
}

/**
 * A page of the dead letters that are in the DLQ now, newest arrival first. A page may be short, or even empty, and
 * still have a next one: work and size of one answer are bounded.
 *
 * @throws AppError REQUEST_INVALID, CURSOR_INVALID, STORE_UNAVAILABLE
 */
export async function listDeadLetters(
  query: ListQuery,
  { index }: ListDeadLettersDeps,
): Promise<ListedPage> {
  const { limit = LIST_LIMIT_DEFAULT, cursor, from, to, ...names } = query;
  const filter: DeadLetterFilter = {
    ...names,
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
  if (from !== undefined && to !== undefined && from >= to) {
    throw new AppError(
      'REQUEST_INVALID',
      'from is not before to: give an earlier from or a later to',
    );
  }
  const { items, next } = await readPage(filter, limit, startOf(cursor, filter), index);
  const messages = takeFitting(items.map(toListedMessage));
  const last = messages.length < items.length ? items[messages.length - 1] : undefined;
  const position = last === undefined ? next : { arrivedAtMs: last.arrivedAtMs, id: last.id };
  return { messages, nextCursor: position === null ? null : encodeCursor(position, filter) };
}

function startOf(cursor: string | undefined, filter: DeadLetterFilter): ListPosition | null {
  if (cursor === undefined) return null;
  const position = decodeCursor(cursor, filter);
  if ('fault' in position) {
    throw new AppError(
      'CURSOR_INVALID',
      `cursor ${position.fault}: leave it out to begin anew, or give nextCursor of the page before with the same filters`,
    );
  }
  return position;
}

async function readPage(
  filter: DeadLetterFilter,
  limit: number,
  start: ListPosition | null,
  index: DeadLetterIndex,
): Promise<{ items: readonly DeadLetterItem[]; next: ListPosition | null }> {
  const items: DeadLetterItem[] = [];
  let after = start;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const page = await index.list(filter, limit - items.length, after);
    items.push(...page.items);
    after = page.next;
    if (after === null || items.length >= limit) break;
  }
  return { items, next: after };
}
