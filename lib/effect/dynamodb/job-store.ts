import type { Job } from '../../model/job.ts';
import { BY_START } from '../../model/table-indexes.ts';
import type { JobStore } from '../../ports/job-store.ts';
import { batchPut } from './batch-requests.ts';
import { getItem, guarded, heldCondition, type LoadDynamoDb } from './client.ts';
import type { Attributes } from './dead-letter-attributes.ts';
import {
  CHUNK_IDS,
  chunkRow,
  fromJobRow,
  idsOfChunks,
  jobKey,
  madeKey,
  toChunkRows,
  toJobRow,
} from './job-rows.ts';

/** Sorts behind every key of a job. */
const LAST = '~';

export interface JobStoreOptions {
  readonly table: string;
  readonly load: LoadDynamoDb;
}

/** Jobs in DynamoDB, each with its frozen list under one key. */
export function createJobStore({ table, load }: JobStoreOptions): JobStore {
  const putRow = async (
    row: Attributes,
    condition: string,
    expected?: number,
  ): Promise<boolean> => {
    const { sdk, client } = await load();
    const input = {
      TableName: table,
      Item: row,
      ConditionExpression: condition,
      ...(expected !== undefined && {
        ExpressionAttributeValues: { ':expected': { N: String(expected) } },
      }),
    };
    return heldCondition(() => client.send(new sdk.PutItemCommand(input)));
  };

  const create = async (job: Job, chunks: readonly Attributes[]): Promise<void> => {
    await batchPut(chunks, { table, load });
    // One that is there already is there by this very request, which the client repeated: ids are chosen by chance.
    await putRow(toJobRow(job), 'attribute_not_exists(job)');
  };

  const get = async (id: string): Promise<Job | undefined> => {
    const row = await getItem(jobKey(id), { table, load });
    return row && fromJobRow(row);
  };

  const readIds: JobStore['ids'] = async (id, position, count) => {
    if (count < 1) return [];
    const { sdk, client } = await load();
    const first = Math.floor(position / CHUNK_IDS);
    const last = Math.floor((position + count - 1) / CHUNK_IDS);
    const rows: Attributes[] = [];
    let startKey: Attributes | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new sdk.QueryCommand({
          TableName: table,
          KeyConditionExpression: 'job = :job AND #row BETWEEN :first AND :last',
          ExpressionAttributeNames: { '#row': 'row' },
          ExpressionAttributeValues: {
            ':job': { S: id },
            ':first': { S: chunkRow(first) },
            ':last': { S: chunkRow(last) },
          },
          ConsistentRead: true,
          ExclusiveStartKey: startKey,
        }),
      );
      rows.push(...Items);
      startKey = LastEvaluatedKey;
    } while (startKey !== undefined);
    const from = position - first * CHUNK_IDS;
    return idsOfChunks(rows, first).slice(from, from + count);
  };

  const list: JobStore['list'] = async (kind, limit, after) => {
    const { sdk, client } = await load();
    const { Items = [], LastEvaluatedKey } = await client.send(
      new sdk.QueryCommand({
        TableName: table,
        IndexName: BY_START,
        KeyConditionExpression: 'kind = :kind AND made < :before',
        ExpressionAttributeValues: {
          ':kind': { S: kind },
          ':before': { S: after === null ? LAST : madeKey(after) },
        },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const jobs = await Promise.all(Items.map((row) => get(row['job']?.S ?? '')));
    const last = Items.at(-1)?.['made']?.S;
    return {
      // One that was forgotten a moment ago may still lie in the index.
      jobs: jobs.filter((job) => job !== undefined),
      next: LastEvaluatedKey === undefined || last === undefined ? null : positionOf(last),
    };
  };

  return {
    create: async (job, ids) => {
      const chunks = toChunkRows(job, ids);
      await guarded(table, () => create(job, chunks));
    },
    get: (id) => guarded(table, () => get(id)),
    put: (job) =>
      guarded(table, () => putRow(toJobRow(job), 'revision = :expected', job.revision - 1)),
    ids: (id, position, count) => guarded(table, () => readIds(id, position, count)),
    list: (kind, limit, after) => guarded(table, () => list(kind, limit, after)),
  };
}

function positionOf(made: string) {
  const [createdAtMs, id = ''] = made.split('#');
  return { createdAtMs: Number(createdAtMs), id };
}
