import { setTimeout as sleep } from 'node:timers/promises';
import { CANDIDATE_FIELDS, type Candidate } from '../../model/dead-letter.ts';
import type { DeadLetterFilter } from '../../model/job.ts';
import { batchGet } from './batch-requests.ts';
import { awsErrorName, type TableDeps } from './client.ts';
import { fromAttributes, toCandidate, type Attributes } from './dead-letter-attributes.ts';
import { shardQueries, type ShardQuery } from './shard-queries.ts';

/** Items looked at in one query: an answer of DynamoDB ends at 1 MB anyway, and a busy one must be there in time. */
const QUERY_ITEMS = 1_000;

/** Shards may lie on one partition of DynamoDB, which gives so much a second: it is asked again after 50 ms, 100 ms, … */
const TRIES_MAX = 6;
const FIRST_WAIT_MS = 50;
const THROTTLED = ['ProvisionedThroughputExceededException', 'ThrottlingException'];

/** Any name may be one of DynamoDB's reserved words. */
const PROJECTED = CANDIDATE_FIELDS.map((name, index) => [`#p${index}`, name] as const);

/**
 * All that a filter finds, every shard read to its end on its own, all of them side by side: without an order over the
 * shards, none has to wait for another, and nothing is read twice.
 * @param take gets load after load; after a false nothing more is asked for
 * @returns whether that was all
 */
export async function surveyShards(
  filter: DeadLetterFilter,
  take: (load: readonly Candidate[]) => boolean,
  deps: TableDeps,
): Promise<boolean> {
  const { sdk, client } = await deps.load();
  let isWanted = true;
  const readShard = async (query: ShardQuery): Promise<boolean> => {
    let startKey: Attributes | undefined;
    do {
      const input = { TableName: deps.table, ...query, ExclusiveStartKey: startKey };
      const { Items = [], LastEvaluatedKey } = await patiently(() =>
        client.send(new sdk.QueryCommand(input)),
      );
      const load = await candidatesOf(Items, deps);
      if (!isWanted) return false;
      isWanted = take(load);
      startKey = LastEvaluatedKey;
    } while (startKey !== undefined && isWanted);
    return startKey === undefined;
  };
  const reads = shardQueries(filter, null, QUERY_ITEMS).map((query) => readShard(projected(query)));
  try {
    return (await Promise.all(reads)).every(Boolean);
  } finally {
    // Where one shard failed, the others need not go on.
    isWanted = false;
  }
}

async function patiently<T>(request: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await request();
    } catch (error) {
      const isThrottled = THROTTLED.includes(awsErrorName(error) ?? '');
      if (!isThrottled || tries === TRIES_MAX) throw error;
    }
    await sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
  }
}

function projected(query: ShardQuery): ShardQuery {
  return {
    ...query,
    ProjectionExpression: PROJECTED.map(([alias]) => alias).join(', '),
    ExpressionAttributeNames: {
      ...query.ExpressionAttributeNames,
      ...Object.fromEntries(PROJECTED),
    },
  };
}

/** Of before dead letters had groups, the whole item is read. */
async function candidatesOf(rows: readonly Attributes[], deps: TableDeps): Promise<Candidate[]> {
  const read = rows.map(toCandidate).filter((candidate) => candidate !== undefined);
  const former = rows.flatMap(({ group, id }) => (group === undefined && id ? [{ id }] : []));
  return [...read, ...(await batchGet(former, deps)).map(fromAttributes)];
}
