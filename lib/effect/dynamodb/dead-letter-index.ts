import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DeadLetterItem } from '../../model/dead-letter.ts';
import { ItemRefusedError } from '../../model/errors.ts';
import type { DeadLetterIndex, ListPosition } from '../../ports/dead-letter-index.ts';
import { batchGet } from './batch-requests.ts';
import { getItem, guarded, heldCondition, scanPage, type LoadDynamoDb } from './client.ts';
import { fromAttributes, toAttributes, type Attributes } from './dead-letter-attributes.ts';
import { itemBytes, ITEM_BYTES_MAX } from './item-size.ts';
import { mergeShards, type ShardPage } from './merge-shards.ts';
import { shardQueries, wantedOfShard, type ShardQuery } from './shard-queries.ts';
import { surveyShards } from './survey-shards.ts';

/** Bound of the work of one call: queries a shard. */
const QUERIES_MAX = 5;

export interface DeadLetterIndexOptions {
  readonly table: string;
  readonly load: LoadDynamoDb;
}

/** The index of dead letters in DynamoDB. */
export function createDeadLetterIndex({ table, load }: DeadLetterIndexOptions): DeadLetterIndex {
  const get = async (id: string): Promise<DeadLetterItem | undefined> => {
    const attributes = await getItem({ id: { S: id } }, { table, load });
    return attributes && fromAttributes(attributes);
  };

  const put = async (item: DeadLetterItem, expectedRevision: number): Promise<boolean> => {
    const attributes = toAttributes(item);
    refuseTooLarge(item.id, attributes);
    const { sdk, client } = await load();
    const input = { TableName: table, Item: attributes, ...onRevision(expectedRevision) };
    return heldCondition(() => client.send(new sdk.PutItemCommand(input)));
  };

  const getMany = async (ids: readonly string[]): Promise<readonly DeadLetterItem[]> => {
    const keys = ids.map((id) => ({ id: { S: id } }));
    return (await batchGet(keys, { table, load })).map(fromAttributes);
  };

  const sweep: DeadLetterIndex['sweep'] = async (limit, after) => {
    const { items, next } = await scanPage({ key: 'id', limit, after }, { table, load });
    return { items: items.map(fromAttributes), next };
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
    const wanted = wantedOfShard(limit);
    const pages = shardQueries(filter, after, wanted).map(async (query) => {
      const page = await readShard(query, wanted);
      return { ...page, items: page.items.filter((item) => !isAt(item, after)) };
    });
    return mergeShards(await Promise.all(pages), limit);
  };

  return {
    get: (id) => guarded(table, () => get(id)),
    getMany: (ids) => guarded(table, () => getMany(ids)),
    put: (item, expectedRevision) => guarded(table, () => put(item, expectedRevision)),
    list: (filter, limit, after) => guarded(table, () => list(filter, limit, after)),
    survey: (filter, take) => guarded(table, () => surveyShards(filter, take, { table, load })),
    sweep: (limit, after) => guarded(table, () => sweep(limit, after)),
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
