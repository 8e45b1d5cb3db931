import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { tableInputs, type TableNames } from '../../infra/tables.ts';
import type { DynamoDb } from '../../lib/effect/dynamodb/client.ts';
import { parseConfig } from '../../lib/config.ts';
import { ensureTables, LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';

/** A client of the stand-in of this test run; at an address where nobody answers, it gives up at once. */
export function testClient(endpoint: string = inject('dynamodbEndpoint')): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: LOCAL_AWS.AWS_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    ...(endpoint === NOBODY && { maxAttempts: 1 }),
  });
}

/** Where nobody answers. */
export const NOBODY = 'http://127.0.0.1:1';

/** What a store is made of: the SDK and a client. */
export function loaderOf(client: DynamoDBClient): () => Promise<DynamoDb> {
  return async () => ({ sdk: await import('@aws-sdk/client-dynamodb'), client });
}

/** Makes a table of a test's own. @returns its name */
export async function ownTable(kind: keyof TableNames): Promise<string> {
  const table = `${kind}-${randomUUID()}`;
  const inputs = tableInputs({ ...parseConfig({}), [kind]: table });
  const own = inputs.filter((input) => input.TableName === table);
  await ensureTables(inject('dynamodbEndpoint'), own);
  return table;
}
