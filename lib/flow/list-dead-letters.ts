import { takeFitting } from '../codec/answer-size.ts';
import type { ListedMessage } from '../codec/dead-letter-answer.ts';
import { toListedMessage } from '../codec/dead-letter-json.ts';
import { toFilter } from '../codec/filter-fields.ts';
import type { ListQuery } from '../codec/list-query.ts';
import { LIST_LIMIT_DEFAULT } from '../codec/page-query.ts';
import { filterFault, withOriginTopic } from '../decide/filter-fault.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import { AppError } from '../model/errors.ts';
import type { DeadLetterFilter } from '../model/job.ts';
import type { DeadLetterIndex, ListPosition } from '../ports/dead-letter-index.ts';
import { cursorOf, placeOf } from './list-place.ts';

/** Times that the index is asked for one page: with rare filters it may look through much and find little. */
const ROUNDS_MAX = 10;

export interface ListDeadLettersDeps {
  readonly index: DeadLetterIndex;
  /** Whose partition is meant where no topic is named. */
  readonly orderTopic: string;
  readonly nowMs: number;
}

export interface ListedPage {
  readonly messages: readonly ListedMessage[];
  readonly nextCursor: string | null;
}

/**
 * A page of the dead letters in one state, or of those that are in the DLQ now, newest arrival first. A page may be short,
 * or even empty, and still have a next one: work and size of one answer are bounded.
 *
 * @throws AppError REQUEST_INVALID, CURSOR_INVALID, STORE_UNAVAILABLE
 */
export async function listDeadLetters(
  { limit = LIST_LIMIT_DEFAULT, cursor, ...asked }: ListQuery,
  { index, orderTopic, nowMs }: ListDeadLettersDeps,
): Promise<ListedPage> {
  const filter = withOriginTopic(toFilter(asked), orderTopic);
  const fault = filterFault(filter);
  if (fault !== undefined) throw new AppError('REQUEST_INVALID', fault);
  const place = placeOf(cursor, filter);
  const start = place && { arrivedAtMs: place.atMs, id: place.id };
  const { items, next } = await readPage(filter, limit, start, index);
  const messages = takeFitting(items.map((item) => toListedMessage(item, nowMs)));
  const last = messages.length < items.length ? items[messages.length - 1] : undefined;
  const end = last ?? next;
  const nextPlace = end && { atMs: end.arrivedAtMs, id: end.id };
  return { messages, nextCursor: cursorOf(nextPlace, filter) };
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
