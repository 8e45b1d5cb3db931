import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { DeadLetterFilter } from '../../model/job.ts';
import { BY_ARRIVAL, BY_GROUP } from '../../model/table-indexes.ts';
import type { ListPosition } from '../../ports/dead-letter-index.ts';
import { arrivalFloor, arrivalKey, listShards, SHARD_COUNT } from './list-keys.ts';

/** Items looked at in one query that filters. */
const FILTERED_ITEMS_MAX = 200;

/** Sorts behind every arrival key. */
const LAST_ARRIVAL = '~';

/** Up to here a page is full wherever enough is left: people look at it. */
const FULL_PAGE_MAX = 100;

export type ShardQuery = Omit<QueryCommandInput, 'TableName'>;

/**
 * The queries of one list, one for each shard that it is spread over. Empty: no arrival can match. Pure.
 * @param wanted matches that the caller can use
 */
export function shardQueries(
  filter: DeadLetterFilter,
  after: ListPosition | null,
  wanted: number,
): readonly ShardQuery[] {
  const { from, to } = arrivalRange(filter, after);
  if (from > to) return [];
  const { group, state } = filter;
  const hashKey = group === undefined ? 'listShard' : 'groupShard';
  const { names, values, conditions } = filterParts(filter);
  return listShards(state, group).map((shard) => ({
    IndexName: group === undefined ? BY_ARRIVAL : BY_GROUP,
    KeyConditionExpression: `${hashKey} = :shard AND arrival BETWEEN :from AND :to`,
    ...(conditions.length > 0 && {
      FilterExpression: conditions.join(' AND '),
      ExpressionAttributeNames: names,
    }),
    ExpressionAttributeValues: {
      ':shard': { S: shard },
      ':from': { S: from },
      ':to': { S: to },
      ...values,
    },
    ScanIndexForward: false,
    // One more, for the range includes the position itself.
    Limit: conditions.length === 0 ? wanted + 1 : Math.max(FILTERED_ITEMS_MAX, wanted + 1),
  }));
}

/**
 * How many matches of one shard make a page. Of a small page one shard may hold all, and one more tells whether anything
 * is left; of a large one, which programs take, every shard gives its part: ids are spread evenly, and what a page is
 * short of comes with the next one. Pure.
 */
export function wantedOfShard(limit: number): number {
  return limit <= FULL_PAGE_MAX ? limit + 1 : Math.ceil(limit / SHARD_COUNT) + 1;
}

/** Keys of the arrivals asked for, both inclusive. */
function arrivalRange(filter: DeadLetterFilter, after: ListPosition | null) {
  const from = arrivalFloor(filter.fromMs ?? 0);
  // No key is like a floor, so `toMs` itself is left out.
  const to = filter.toMs === undefined ? LAST_ARRIVAL : arrivalFloor(filter.toMs);
  if (after === null) return { from, to };
  const afterKey = arrivalKey(after);
  return { from, to: afterKey < to ? afterKey : to };
}

function filterParts(filter: DeadLetterFilter) {
  const { reason, errorType, orderId, originalTopic, originalPartition } = filter;
  // What is in the DLQ now lies together; the other states have lists of their own.
  const state = filter.state === 'open' || filter.state === 'redriving' ? filter.state : undefined;
  const asked = [
    ['state', '=', state],
    ['reason', '=', reason],
    ['errorType', '=', errorType],
    ['orderId', '=', orderId],
    ['originalTopic', '=', originalTopic],
    ['originalPartition', '=', originalPartition],
    ['originalOffset', '>=', filter.originalOffsetFrom],
    ['originalOffset', '<=', filter.originalOffsetTo],
  ] as const;
  const parts = asked.flatMap(([name, operator, value], index) =>
    value === undefined ? [] : [{ name, operator, value, key: `:f${index}` }],
  );
  return {
    names: Object.fromEntries(parts.map(({ name }) => [`#${name}`, name])),
    values: Object.fromEntries(
      parts.map(({ key, value }) => [
        key,
        typeof value === 'number' ? { N: String(value) } : { S: value },
      ]),
    ),
    conditions: parts.map(({ name, operator, key }) => `#${name} ${operator} ${key}`),
  };
}
