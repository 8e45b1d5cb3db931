import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toAttributes } from '../lib/effect/dynamodb/dead-letter-attributes.ts';
import { createGroupStore } from '../lib/effect/dynamodb/group-store.ts';
import { mapBounded } from '../lib/flow/map-bounded.ts';
import type { DeadLetterItem } from '../lib/model/dead-letter.ts';
import { LOCAL_AWS } from '../localstack/dynamodb-tables.ts';

/** DynamoDB's own limit. */
const BATCH = 25;
const SIDE_BY_SIDE = 8;

/** Writes items into the index's table, past the service. */
export async function writeItems(
  endpoint: string,
  table: string,
  items: readonly DeadLetterItem[],
): Promise<void> {
  await withClient(endpoint, async (client) => {
    const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, at) =>
      items.slice(at * BATCH, (at + 1) * BATCH),
    );
    await mapBounded(batches, SIDE_BY_SIDE, async (some) => {
      const requests = some.map((item) => ({ PutRequest: { Item: toAttributes(item) } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    });
  });
}

/** Makes groups, each a second younger than the one before. */
export async function writeGroups(
  endpoint: string,
  table: string,
  groups: readonly string[],
): Promise<void> {
  await withClient(endpoint, async (client) => {
    const sdk = await import('@aws-sdk/client-dynamodb');
    const store = createGroupStore({ table, load: async () => ({ sdk, client }) });
    await mapBounded([...groups.entries()], SIDE_BY_SIDE, async ([at, group]) => {
      const seen = { title: `ValueError: ${group}`, errorType: 'ValueError', example: group };
      await store.apply({ group, counts: { open: 200 }, seen: { ...seen, atMs: at * 1000 } });
    });
  });
}

async function withClient(
  endpoint: string,
  work: (client: DynamoDBClient) => Promise<void>,
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: LOCAL_AWS.AWS_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    await work(client);
  } finally {
    client.destroy();
  }
}
