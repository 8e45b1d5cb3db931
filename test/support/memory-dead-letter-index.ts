import {
  CANDIDATE_FIELDS,
  type Candidate,
  type DeadLetterItem,
} from '../../lib/model/dead-letter.ts';
import { AppError, ItemRefusedError } from '../../lib/model/errors.ts';
import type { DeadLetterFilter } from '../../lib/model/job.ts';
import type { DeadLetterIndex, ListPosition } from '../../lib/ports/dead-letter-index.ts';
import { newestFirst } from './dead-letter-items.ts';

/** The port in memory; test/contract/dead-letter-index.test.ts holds it to what the real one does. */
export interface MemoryDeadLetterIndex extends DeadLetterIndex {
  /** While true, nothing is answered but that. */
  down: boolean;
  items(): readonly DeadLetterItem[];
  /** The item is lost. */
  lose(id: string): void;
}

/** DynamoDB's own limit: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const ITEM_BYTES_MAX = 400 * 1024;

/** Dead letters that a survey gives at a time. */
const SURVEY_LOAD = 400;

export function createMemoryDeadLetterIndex(itemBytesMax = ITEM_BYTES_MAX): MemoryDeadLetterIndex {
  const items = new Map<string, DeadLetterItem>();

  const answered = async <T>(answer: () => T): Promise<T> => {
    if (index.down) throw new AppError('STORE_UNAVAILABLE', 'the index in memory is down');
    return answer();
  };
  const index: MemoryDeadLetterIndex = {
    down: false,
    items: () => [...items.values()],
    lose: (id) => void items.delete(id),
    get: (id) => answered(() => items.get(id)),
    getMany: (ids) =>
      answered(() => ids.map((id) => items.get(id)).filter((item) => item !== undefined)),
    put: (item, expectedRevision) =>
      answered(() => {
        if (JSON.stringify(item).length > itemBytesMax) {
          throw new ItemRefusedError(`item ${item.id} is too large`);
        }
        if ((items.get(item.id)?.revision ?? 0) !== expectedRevision) return false;
        items.set(item.id, item);
        return true;
      }),
    list: (filter, limit, after) =>
      answered(() => {
        const matching = newestFirst([...items.values()]).filter((item) => matches(item, filter));
        const left = matching.filter((item) => after === null || comesAfter(item, after));
        const page = left.slice(0, limit);
        const last = page.at(-1);
        const next = left.length > limit && last ? last : null;
        return { items: page, next: next && { arrivedAtMs: next.arrivedAtMs, id: next.id } };
      }),
    survey: async (filter, take) => {
      const matching = await answered(() =>
        [...items.values()].filter((item) => matches(item, filter)),
      );
      // By id: in no order that means anything.
      const left = matching.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(toCandidate);
      let isWanted = true;
      while (isWanted && left.length > 0) {
        const load = left.splice(0, SURVEY_LOAD);
        isWanted = await answered(() => take(load));
      }
      return left.length === 0;
    },
    sweep: (limit, after) =>
      answered(() => {
        const ids = [...items.keys()].toSorted().filter((id) => after === null || id > after);
        const page = ids.slice(0, limit);
        const next = ids.length > limit ? (page.at(-1) ?? null) : null;
        return { items: page.flatMap((id) => items.get(id) ?? []), next };
      }),
  };
  return index;
}

function toCandidate(item: DeadLetterItem): Candidate {
  return Object.fromEntries(CANDIDATE_FIELDS.map((name) => [name, item[name]])) as Candidate;
}

function comesAfter(item: DeadLetterItem, { arrivedAtMs, id }: ListPosition): boolean {
  return item.arrivedAtMs < arrivedAtMs || (item.arrivedAtMs === arrivedAtMs && item.id < id);
}

function matches(item: DeadLetterItem, filter: DeadLetterFilter): boolean {
  const {
    state,
    fromMs = 0,
    toMs = Infinity,
    originalOffsetFrom = 0,
    originalOffsetTo = Infinity,
    ...equal
  } = filter;
  const inState =
    state === undefined
      ? item.state === 'open' || item.state === 'redriving'
      : item.state === state;
  return (
    inState &&
    item.arrivedAtMs >= fromMs &&
    item.arrivedAtMs < toMs &&
    item.originalOffset >= originalOffsetFrom &&
    item.originalOffset <= originalOffsetTo &&
    Object.entries(equal).every(([name, value]) => item[name as keyof typeof equal] === value)
  );
}
