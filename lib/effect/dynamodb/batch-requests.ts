import type {
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TableDeps } from './client.ts';
import type { Attributes } from './dead-letter-attributes.ts';

/** DynamoDB's own bounds: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const PUTS_MAX = 25;
const GETS_MAX = 100;

/** A busy store answers a part; the rest is asked for again, later each time: 25 ms, 50 ms, … */
const TRIES_MAX = 8;
const FIRST_WAIT_MS = 25;

type Gets = NonNullable<BatchGetItemCommandInput['RequestItems']>;
type Puts = NonNullable<BatchWriteItemCommandInput['RequestItems']>;

/** Reads items, strongly consistent, in no order, one request after the other; those that are not there are left out. */
export async function batchGet(
  keys: readonly Attributes[],
  { table, load }: TableDeps,
): Promise<readonly Attributes[]> {
  const { sdk, client } = await load();
  const items: Attributes[] = [];
  for (let from = 0; from < keys.length; from += GETS_MAX) {
    const gets = { Keys: keys.slice(from, from + GETS_MAX), ConsistentRead: true };
    await untilAllIsDone<Gets>({ [table]: gets }, async (asked) => {
      const answer = await client.send(new sdk.BatchGetItemCommand({ RequestItems: asked }));
      items.push(...(answer.Responses?.[table] ?? []));
      return answer.UnprocessedKeys;
    });
  }
  return items;
}

/** Writes items over whatever is there, one request after the other. Not at once: a part may be there before the rest. */
export async function batchPut(
  items: readonly Attributes[],
  { table, load }: TableDeps,
): Promise<void> {
  const { sdk, client } = await load();
  for (let from = 0; from < items.length; from += PUTS_MAX) {
    const puts = items.slice(from, from + PUTS_MAX).map((Item) => ({ PutRequest: { Item } }));
    await untilAllIsDone<Puts>({ [table]: puts }, async (asked) => {
      const answer = await client.send(new sdk.BatchWriteItemCommand({ RequestItems: asked }));
      return answer.UnprocessedItems;
    });
  }
}

/** @param request gives back what the store did not do */
async function untilAllIsDone<T extends object>(
  asked: T,
  request: (asked: T) => Promise<T | undefined>,
): Promise<void> {
  let left: T = asked;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (tries > 0) await sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
    const undone = await request(left);
    if (undone === undefined || Object.keys(undone).length === 0) return;
    left = undone;
  }
  throw new Error(`it left items of a batch out ${TRIES_MAX} times: it is too busy`);
}
