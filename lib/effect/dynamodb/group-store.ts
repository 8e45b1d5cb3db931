import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { DEAD_LETTER_STATES } from '../../model/dead-letter.ts';
import { BY_ACTIVITY } from '../../model/table-indexes.ts';
import type { GroupChange, GroupStore } from '../../ports/group-store.ts';
import { getItem, guarded, heldCondition, scanPage, type LoadDynamoDb } from './client.ts';
import type { Attributes } from './dead-letter-attributes.ts';
import { activityKey, countOf, fromGroupRow, GROUP_LIST } from './group-rows.ts';

/** Sorts behind every key of an activity. */
const LAST = '~';

const IS_THERE = 'attribute_exists(title)';

export interface GroupStoreOptions {
  readonly table: string;
  readonly load: LoadDynamoDb;
}

type Update = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ReturnValues' | 'ExpressionAttributeNames'
>;

/** Groups of dead letters in DynamoDB: one item each, its counts changed by addition alone. */
export function createGroupStore({ table, load }: GroupStoreOptions): GroupStore {
  /** @returns attributes as asked for; undefined: the condition did not hold, and nothing is changed */
  const update = async (
    group: string,
    expression: Update,
    values: Attributes,
  ): Promise<Attributes | undefined> => {
    const { sdk, client } = await load();
    const input = {
      TableName: table,
      Key: { group: { S: group } },
      ...expression,
      ExpressionAttributeValues: values,
    };
    let attributes: Attributes | undefined;
    await heldCondition(async () => {
      attributes = (await client.send(new sdk.UpdateItemCommand(input))).Attributes ?? {};
    });
    return attributes;
  };

  const apply = async (change: GroupChange): Promise<boolean> => {
    const { group, seen } = change;
    const { add, values } = additions(change);
    const counted: Update = {
      UpdateExpression: add,
      ConditionExpression: IS_THERE,
      ReturnValues: 'ALL_NEW',
    };
    if (seen === undefined) {
      // One that is not there was lost, or never counted: a reindex makes it.
      await update(group, counted, values);
      return false;
    }
    const old = await update(group, newest(add), {
      ...values,
      ':at': { N: String(seen.atMs) },
      ':title': { S: seen.title },
      ':type': { S: seen.errorType },
      ':example': { S: seen.example },
      ':list': { S: GROUP_LIST },
      ':activity': { S: activityKey({ lastSeenAtMs: seen.atMs, group }) },
    });
    if (old !== undefined) return old['version'] === undefined;
    // A later failure was counted already: what it says of the last one stays.
    const now = await update(group, counted, values);
    if (now !== undefined && seen.atMs < fromGroupRow(now).firstSeenAtMs) {
      await seenFrom(group, seen.atMs, seen.example);
    }
    return false;
  };

  const read = (group: string): Promise<Attributes | undefined> =>
    getItem({ group: { S: group } }, { table, load });

  const list: GroupStore['list'] = async (limit, after) => {
    const { sdk, client } = await load();
    const { Items = [], LastEvaluatedKey } = await client.send(
      new sdk.QueryCommand({
        TableName: table,
        IndexName: BY_ACTIVITY,
        KeyConditionExpression: '#list = :list AND activity < :before',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: {
          ':list': { S: GROUP_LIST },
          ':before': { S: after === null ? LAST : activityKey(after) },
        },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const groups = Items.map(fromGroupRow);
    const last = groups.at(-1);
    if (LastEvaluatedKey === undefined || last === undefined) return { groups, next: null };
    return { groups, next: { group: last.group, lastSeenAtMs: last.lastSeenAtMs } };
  };

  const sweep: GroupStore['sweep'] = async (limit, after) => {
    const page = { key: 'group', limit, after, keysOnly: true };
    const { items, next } = await scanPage(page, { table, load });
    return { groups: items.flatMap((row) => row['group']?.S ?? []), next };
  };

  /** @returns false where a change came in between */
  const forget = async (group: string, since: number): Promise<boolean> => {
    const { sdk, client } = await load();
    const input = {
      TableName: table,
      Key: { group: { S: group } },
      ConditionExpression: 'version = :counted',
      ExpressionAttributeValues: { ':counted': { N: String(since) } },
    };
    return heldCondition(() => client.send(new sdk.DeleteItemCommand(input)));
  };

  const recount: GroupStore['recount'] = async (group, counts, since) => {
    // What is left of its dead letters is nothing: the table grows with the causes that there are.
    if (DEAD_LETTER_STATES.every((state) => counts[state] === 0)) return forget(group, since);
    const sets = DEAD_LETTER_STATES.map((state) => `${countOf(state)} = :${state}`).join(', ');
    const replaced: Update = {
      UpdateExpression: `SET ${sets} ADD version :one`,
      ConditionExpression: 'version = :since',
    };
    const values = { ...additions({ group, counts }).values, ':since': { N: String(since) } };
    return (await update(group, replaced, values)) !== undefined;
  };

  const seenFrom = async (group: string, atMs: number, example: string): Promise<void> => {
    const earlier: Update = {
      UpdateExpression: 'SET firstSeenAtMs = :at, example = :example',
      ConditionExpression: `${IS_THERE} AND firstSeenAtMs > :at`,
    };
    await update(group, earlier, { ':at': { N: String(atMs) }, ':example': { S: example } });
  };

  const seenUntil = async (group: string, atMs: number): Promise<void> => {
    const later: Update = {
      UpdateExpression: 'SET lastSeenAtMs = :at, activity = :activity',
      ConditionExpression: `${IS_THERE} AND lastSeenAtMs < :at`,
    };
    const activity = { S: activityKey({ lastSeenAtMs: atMs, group }) };
    await update(group, later, { ':at': { N: String(atMs) }, ':activity': activity });
  };

  const widen: GroupStore['widen'] = async (group, { firstSeenAtMs, lastSeenAtMs, example }) => {
    await seenFrom(group, firstSeenAtMs, example);
    await seenUntil(group, lastSeenAtMs);
  };

  const replaceExample: GroupStore['replaceExample'] = async (group, seen, example) => {
    const replaced: Update = {
      UpdateExpression: 'SET example = :example',
      ConditionExpression: 'example = :seen',
    };
    await update(group, replaced, { ':example': { S: example }, ':seen': { S: seen } });
  };

  return {
    apply: (change) => guarded(table, () => apply(change)),
    get: (group) =>
      guarded(table, async () => {
        const row = await read(group);
        return row && fromGroupRow(row);
      }),
    list: (limit, after) => guarded(table, () => list(limit, after)),
    sweep: (limit, after) => guarded(table, () => sweep(limit, after)),
    recount: (group, counts, since) => guarded(table, () => recount(group, counts, since)),
    widen: (group, seen) => guarded(table, () => widen(group, seen)),
    replaceExample: (group, seen, example) =>
      guarded(table, () => replaceExample(group, seen, example)),
    version: (group) =>
      guarded(table, async () => Number((await read(group))?.['version']?.N ?? 0)),
  };
}

/** Adding up is right in any order, and however many do it at once. */
function additions({ counts }: Pick<GroupChange, 'counts' | 'group'>) {
  const states = DEAD_LETTER_STATES.filter((state) => counts[state] !== undefined);
  const added = states.map((state) => `, ${countOf(state)} :${state}`).join('');
  const values: Attributes = Object.fromEntries([
    [':one', { N: '1' }],
    ...states.map((state) => [`:${state}`, { N: String(counts[state]) }]),
  ]);
  return { add: `ADD version :one${added}`, values };
}

/** Makes the group where there is none; does nothing where a later failure was counted already. */
function newest(add: string): Update {
  return {
    UpdateExpression:
      'SET title = if_not_exists(title, :title), errorType = if_not_exists(errorType, :type), ' +
      'example = if_not_exists(example, :example), firstSeenAtMs = if_not_exists(firstSeenAtMs, :at), ' +
      `#list = :list, activity = :activity, lastSeenAtMs = :at ${add}`,
    ConditionExpression: 'attribute_not_exists(lastSeenAtMs) OR lastSeenAtMs <= :at',
    ExpressionAttributeNames: { '#list': 'list' },
    ReturnValues: 'UPDATED_OLD',
  };
}
