import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from './local-error.ts';

const ACTIVE_POLL_MS = 10;
const ACTIVE_TRIES_MAX = 1_000;

/** What a client on this machine signs with: the stand-in checks nobody, and no real account is ever asked. */
export const LOCAL_AWS = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
} as const;

/**
 * Creates the tables that are missing; resolves when they can be used. Changes none that is there.
 * @returns names of the tables created
 * @throws LocalError where a table that is there has other keys or indexes: the stand-in cannot add them
 */
export async function ensureTables(
  endpoint: string,
  inputs: readonly CreateTableCommandInput[],
): Promise<string[]> {
  const client = new DynamoDBClient({
    endpoint,
    region: LOCAL_AWS.AWS_REGION,
    credentials: {
      accessKeyId: LOCAL_AWS.AWS_ACCESS_KEY_ID,
      secretAccessKey: LOCAL_AWS.AWS_SECRET_ACCESS_KEY,
    },
  });
  try {
    const created = [];
    for (const input of inputs) {
      if (await createTable(client, input)) created.push(input.TableName ?? '');
    }
    return created;
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, input: CreateTableCommandInput) {
  try {
    await client.send(new CreateTableCommand(input));
    await untilActive(client, input.TableName);
    return true;
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const { Table } = await client.send(new DescribeTableCommand({ TableName: input.TableName }));
  refuseAnother(input, Table);
  return false;
}

/** What is asked of a table that lacks an index fails for good, each time with words that name no cause. */
function refuseAnother(input: CreateTableCommandInput, found: TableDescription | undefined): void {
  const missing = Object.entries(keysOf(input)).filter(
    ([name, keys]) => keysOf(found ?? {})[name] !== keys,
  );
  if (missing.length === 0) return;
  const lacks = missing.map(([name, keys]) => `${name} (${keys})`).join(', ');
  throw new LocalError(
    `Table ${input.TableName} is of another version of the service: it lacks ${lacks}.`,
    'Begin on empty data, npm start -- --fresh, or go on with the version that made it.',
  );
}

/** The keys of the table and of each of its indexes. */
function keysOf({
  KeySchema,
  GlobalSecondaryIndexes = [],
}: Pick<TableDescription, 'KeySchema' | 'GlobalSecondaryIndexes'>): Record<string, string> {
  const text = (keys: TableDescription['KeySchema'] = []) =>
    keys.map(({ AttributeName }) => AttributeName).join(' + ');
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys }) => [
    `index ${IndexName}`,
    text(keys),
  ]);
  return { key: text(KeySchema), ...Object.fromEntries(indexes) };
}

/** A table that is still being created is not there yet for anybody who uses it. */
async function untilActive(client: DynamoDBClient, name: string | undefined) {
  for (let tries = 0; tries < ACTIVE_TRIES_MAX; tries++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await sleep(ACTIVE_POLL_MS);
  }
  throw new Error(`Table ${name} was created and does not become active`);
}
