import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';

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
    if (error instanceof ResourceInUseException) return false;
    throw error;
  }
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
