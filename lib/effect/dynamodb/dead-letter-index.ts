import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { DeadLetterItem } from '../../model/dead-letter.ts';
import { ItemRefusedError } from '../../model/errors.ts';
import type {
  DeadLetterFilter,
  DeadLetterIndex,
  ListPosition,
} from '../../ports/dead-letter-index.ts';
import { awsErrorName, storeUnavailable, type LoadDynamoDb } from './client.ts';
import { fromAttributes, toAttributes, type Attributes } from './dead-letter-attributes.ts';
import { itemBytes, ITEM_BYTES_MAX } from './item-size.ts';
import { arrivalFloor, arrivalKey, LIST_SHARDS } from './list-keys.ts';
import { mergeShards, type ShardPage } from './merge-shards.ts';

/** Index of the table (infra/tables.ts). */
const BY_ARRIVAL = 'by-arrival';

/** Bounds of the work of one `list`: queries a shard, and items looked at in a query with a filter. */
const QUERIES_MAX = 5;
const FILTERED_ITEMS_MAX = 200;

/** Sorts behind every arrival key. */
const LAST_ARRIVAL = '~';

export interface DeadLetterIndexOptions {
  readonly table: string;
  readonly load: LoadDynamoDb;
}

/** The index of dead letters in DynamoDB. */
export function createDeadLetterIndex({ table, load }: DeadLetterIndexOptions): DeadLetterIndex {
  const get = async (id: string): Promise<DeadLetterItem | undefined> => {
    const { sdk, client } = await load();
    const input = { TableName: table, Key: { id: { S: id } }, ConsistentRead: true };
    const { Item } = await client.send(new sdk.GetItemCommand(input));
    return Item === undefined ? undefined : fromAttributes(Item);
  };

  const put = async (item: DeadLetterItem, expectedRevision: number): Promise<boolean> => {
    const attributes = toAttributes(item);
    refuseTooLarge(item.id, attributes);
    const { sdk, client } = await load();
    const input = { TableName: table, Item: attributes, ...onRevision(expectedRevision) };
    try {
      await client.send(new sdk.PutItemCommand(input));
      return true;
    } catch (error) {
      if (awsErrorName(error) === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  };

  const readShard = async (query: ShardQuery, wanted: number): Promise<ShardPage> => {
    const { sdk, client } = await load();
    const items: DeadLetterItem[] = [];
    let startKey: Record<string, AttributeValue> | undefined;
    for (let queries = 0; queries < QUERIES_MAX && items.length < wanted; queries++) {
      const input = { TableName: table, ...query, ExclusiveStartKey: startKey };
      const { Items = [], LastEvaluatedKey } = await client.send(new sdk.QueryCommand(input));
      items.push(...Items.map(fromAttributes));
      startKey = LastEvaluatedKey;
      if (startKey === undefined) return { items, readTo: null };
    }
    return { items, readTo: startKey?.['arrival']?.S ?? null };
  };

  const list: DeadLetterIndex['list'] = async (filter, limit, after) => {
    const range = arrivalRange(filter, after);
    if (range.from > range.to) return { items: [], next: null };
    const wanted = limit + 1; // One more tells whether anything is left.
    const pages = LIST_SHARDS.map(async (shard) => {
      const page = await readShard(shardQuery(shard, range, filter, wanted), wanted);
      return { ...page, items: page.items.filter((item) => !isAt(item, after)) };
    });
    return mergeShards(await Promise.all(pages), limit);
  };

  return {
    get: (id) => guarded(table, () => get(id)),
    put: (item, expectedRevision) => guarded(table, () => put(item, expectedRevision)),
    list: (filter, limit, after) => guarded(table, () => list(filter, limit, after)),
  };
}

type ShardQuery = Omit<QueryCommandInput, 'TableName'>;

/** Keys of the arrivals asked for, both inclusive. */
interface ArrivalRange {
  readonly from: string;
  readonly to: string;
}

function arrivalRange(filter: DeadLetterFilter, after: ListPosition | null): ArrivalRange {
  const from = arrivalFloor(filter.fromMs ?? 0);
  // No key is like a floor, so `toMs` itself is left out.
  const to = filter.toMs === undefined ? LAST_ARRIVAL : arrivalFloor(filter.toMs);
  if (after === null) return { from, to };
  const afterKey = arrivalKey(after);
  return { from, to: afterKey < to ? afterKey : to };
}

function shardQuery(
  shard: string,
  range: ArrivalRange,
  filter: DeadLetterFilter,
  wanted: number,
): ShardQuery {
  const { reason, errorType, orderId } = filter;
  const equals = Object.entries({ reason, errorType, orderId }).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  const filterExpression = {
    FilterExpression: equals.map(({ name }) => `#${name} = :${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(equals.map(({ name }) => [`#${name}`, name])),
  };
  return {
    IndexName: BY_ARRIVAL,
    KeyConditionExpression: 'listShard = :shard AND arrival BETWEEN :from AND :to',
    ...(equals.length === 0 ? {} : filterExpression),
    ExpressionAttributeValues: {
      ':shard': { S: shard },
      ':from': { S: range.from },
      ':to': { S: range.to },
      ...Object.fromEntries(equals.map(({ name, value }) => [`:${name}`, { S: value }])),
    },
    ScanIndexForward: false,
    // One more, for the range includes the position itself.
    Limit: equals.length === 0 ? wanted + 1 : FILTERED_ITEMS_MAX,
  };
}

function isAt(item: DeadLetterItem, position: ListPosition | null): boolean {
  return position !== null && item.id === position.id && item.arrivedAtMs === position.arrivedAtMs;
}

function onRevision(expected: number) {
  if (expected === 0) return { ConditionExpression: 'attribute_not_exists(id)' };
  return {
    ConditionExpression: 'revision = :expected',
    ExpressionAttributeValues: { ':expected': { N: String(expected) } },
  };
}

/** Whatever else DynamoDB refuses is the table's fault: a smaller item would not help. */
function refuseTooLarge(id: string, attributes: Attributes): void {
  const bytes = itemBytes(attributes);
  if (bytes <= ITEM_BYTES_MAX) return;
  throw new ItemRefusedError(
    `The item of dead letter ${id} has ${bytes} bytes, and DynamoDB takes at most ${ITEM_BYTES_MAX}`,
  );
}

async function guarded<T>(table: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ItemRefusedError) throw error;
    throw storeUnavailable(table, error);
  }
}
