import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDeadLetterIndex } from '../../lib/effect/dynamodb/dead-letter-index.ts';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import type { DeadLetterFilter } from '../../lib/model/job.ts';
import type { DeadLetterIndex, ListPosition } from '../../lib/ports/dead-letter-index.ts';
import { createMemoryDeadLetterIndex } from './memory-dead-letter-index.ts';
import { loaderOf, ownTable } from './test-tables.ts';

export type StartIndex = () => Promise<DeadLetterIndex>;

/** An index in a table of its own. */
export async function indexInDynamoDb(client: DynamoDBClient): Promise<DeadLetterIndex> {
  return createDeadLetterIndex({
    table: await ownTable('deadLettersTable'),
    load: loaderOf(client),
  });
}

/** Where the contract of the index must hold. */
export function indexPlaces(client: () => DynamoDBClient): [string, StartIndex][] {
  return [
    ['in DynamoDB', () => indexInDynamoDb(client())],
    ['in memory', async () => createMemoryDeadLetterIndex()],
  ];
}

export async function filled(
  start: StartIndex,
  items: readonly DeadLetterItem[],
): Promise<DeadLetterIndex> {
  const index = await start();
  await Promise.all(items.map((item) => index.put(item, item.revision - 1)));
  return index;
}

/** Page after page; sizes of the pages as well. */
export async function listAll(index: DeadLetterIndex, filter: DeadLetterFilter, limit: number) {
  const items: DeadLetterItem[] = [];
  const sizes: number[] = [];
  let position: ListPosition | null = null;
  do {
    const page = await index.list(filter, limit, position);
    items.push(...page.items);
    sizes.push(page.items.length);
    position = page.next;
  } while (position !== null);
  return { items, sizes };
}
