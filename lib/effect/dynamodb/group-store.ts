import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DEAD_LETTER_STATES, type DeadLetterGroup } from '../../model/dead-letter.ts';
import type { GroupChange, GroupPosition, GroupStore } from '../../ports/group-store.ts';
import { awsErrorName, storeUnavailable, type LoadDynamoDb } from './client.ts';

/** Index of the table (infra/tables.ts): all groups under one key, for there are as many as there are causes. */
const BY_ACTIVITY = 'by-activity';
const LIST = 'groups';

type Attributes = Record<string, AttributeValue>;

export interface GroupStoreOptions {
  readonly table: string;
  readonly load: LoadDynamoDb;
}

/** Groups of dead letters in DynamoDB: one item each, its counts changed by addition alone. */
export function createGroupStore({ table, load }: GroupStoreOptions): GroupStore {
  const update = async (group: string, expressions: Attributes, set: string, condition: string) => {
    const { sdk, client } = await load();
    return client.send(
      new sdk.UpdateItemCommand({
        TableName: table,
        Key: { group: { S: group } },
        UpdateExpression: set,
        ...(condition === '' ? {} : { ConditionExpression: condition }),
        ExpressionAttributeValues: expressions,
        ReturnValues: 'UPDATED_OLD',
      }),
    );
  };

  const apply = async ({ group, counts, seen }: GroupChange): Promise<boolean> => {
    const added = Object.entries(counts);
    const values: Attributes = Object.fromEntries([
      [':one', { N: '1' }],
      ...added.map(([state, by]) => [`:${state}`, { N: String(by) }]),
    ]);
    const add = `ADD version :one${added.map(([state]) => `, ${countOf(state)} :${state}`).join('')}`;
    if (seen === undefined) {
      // A group that is not there was lost, or never counted: a reindex makes it.
      await ignoringCondition(() => update(group, values, add, 'attribute_exists(title)'));
      return false;
    }
    const { title, errorType, atMs, example } = seen;
    const first = {
      ':title': { S: title },
      ':type': { S: errorType },
      ':example': { S: example },
      ':list': { S: LIST },
      ':at': { N: String(atMs) },
    };
    const set =
      'SET title = if_not_exists(title, :title), errorType = if_not_exists(errorType, :type), ' +
      'example = if_not_exists(example, :example), firstSeenAtMs = if_not_exists(firstSeenAtMs, :at), ' +
      'list = :list, lastSeenAtMs = :at';
    const newest = 'attribute_not_exists(lastSeenAtMs) OR lastSeenAtMs <= :at';
    const old = await ignoringCondition(() =>
      update(group, { ...values, ...first }, `${set} ${add}`, newest),
    );
    if (old === undefined) {
      // One that was seen later has been counted already: the time stays.
      await update(group, values, add, '');
      return false;
    }
    return old.Attributes?.['version'] === undefined;
  };

  const read = async (group: string): Promise<Attributes | undefined> => {
    const { sdk, client } = await load();
    const input = { TableName: table, Key: { group: { S: group } }, ConsistentRead: true };
    return (await client.send(new sdk.GetItemCommand(input))).Item;
  };

  const list: GroupStore['list'] = async (limit, after) => {
    const { sdk, client } = await load();
    const { Items = [], LastEvaluatedKey } = await client.send(
      new sdk.QueryCommand({
        TableName: table,
        IndexName: BY_ACTIVITY,
        KeyConditionExpression: '#list = :list',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: { ':list': { S: LIST } },
        ScanIndexForward: false,
        Limit: limit,
        ...(after && { ExclusiveStartKey: startKey(after) }),
      }),
    );
    const groups = Items.map(toGroup);
    const last = groups.at(-1);
    const next = LastEvaluatedKey === undefined || last === undefined ? null : positionOf(last);
    return { groups, next };
  };

  const recount: GroupStore['recount'] = async (group, counts, since) => {
    const sets = DEAD_LETTER_STATES.map((state) => `${countOf(state)} = :${state}`).join(', ');
    const values = Object.fromEntries([
      [':since', { N: String(since) }],
      [':one', { N: '1' }],
      ...DEAD_LETTER_STATES.map((state) => [`:${state}`, { N: String(counts[state]) }]),
    ]);
    const old = await ignoringCondition(() =>
      update(group, values, `SET ${sets} ADD version :one`, 'version = :since'),
    );
    return old !== undefined;
  };

  const widen: GroupStore['widen'] = async (group, firstSeenAtMs, lastSeenAtMs) => {
    const bounds = [
      ['firstSeenAtMs', '>', firstSeenAtMs],
      ['lastSeenAtMs', '<', lastSeenAtMs],
    ] as const;
    for (const [name, beyond, atMs] of bounds) {
      const condition = `attribute_exists(title) AND ${name} ${beyond} :at`;
      const values = { ':at': { N: String(atMs) } };
      await ignoringCondition(() => update(group, values, `SET ${name} = :at`, condition));
    }
  };

  return {
    apply: (change) => guarded(table, () => apply(change)),
    get: (group) =>
      guarded(table, async () => {
        const found = await read(group);
        return found === undefined ? undefined : toGroup(found);
      }),
    list: (limit, after) => guarded(table, () => list(limit, after)),
    recount: (group, counts, since) => guarded(table, () => recount(group, counts, since)),
    widen: (group, first, last) => guarded(table, () => widen(group, first, last)),
    version: (group) =>
      guarded(table, async () => Number((await read(group))?.['version']?.N ?? 0)),
  };
}

function countOf(state: string): string {
  return `${state}Count`;
}

function toGroup(item: Attributes): DeadLetterGroup {
  // A change that was counted before the one it follows may leave a count below zero for a moment.
  const counts = DEAD_LETTER_STATES.map((state) => [
    state,
    Math.max(0, Number(item[countOf(state)]?.N ?? 0)),
  ]);
  return {
    group: item['group']?.S ?? '',
    title: item['title']?.S ?? '',
    errorType: item['errorType']?.S ?? '',
    counts: Object.fromEntries(counts) as DeadLetterGroup['counts'],
    firstSeenAtMs: Number(item['firstSeenAtMs']?.N ?? 0),
    lastSeenAtMs: Number(item['lastSeenAtMs']?.N ?? 0),
    example: item['example']?.S ?? '',
  };
}

function positionOf({ group, lastSeenAtMs }: DeadLetterGroup): GroupPosition {
  return { group, lastSeenAtMs };
}

function startKey({ group, lastSeenAtMs }: GroupPosition): Attributes {
  return { group: { S: group }, list: { S: LIST }, lastSeenAtMs: { N: String(lastSeenAtMs) } };
}

/** undefined: the condition did not hold. */
async function ignoringCondition<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (awsErrorName(error) === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}

async function guarded<T>(table: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeUnavailable(table, error);
  }
}
