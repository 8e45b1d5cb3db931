import type * as Sdk from '@aws-sdk/client-dynamodb';
import { AppError, ItemRefusedError, NonRetriableError } from '../../model/errors.ts';

/** The SDK and one client of it. */
export interface DynamoDb {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.DynamoDBClient;
}

/** Region, credentials and endpoint come from the SDK's own variables (`AWS_ENDPOINT_URL_DYNAMODB`, …). */
export type LoadDynamoDb = () => Promise<DynamoDb>;

const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 3_000;
const ATTEMPTS_MAX = 3;

/** One client per execution environment, loaded at its first use, so that a cold start does not pay for it. */
export function dynamoDbLoader(): LoadDynamoDb {
  let loading: Promise<DynamoDb> | undefined;
  return () => {
    loading ??= load();
    loading.catch(() => (loading = undefined));
    return loading;
  };
}

async function load(): Promise<DynamoDb> {
  const sdk = await import('@aws-sdk/client-dynamodb');
  const client = new sdk.DynamoDBClient({
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  return { sdk, client };
}

/** The error's own name, as AWS calls it (`ConditionalCheckFailedException`, …). */
export function awsErrorName(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

/** What a person reads when the store does not answer, or does not take what we ask. */
function storeUnavailable(table: string, cause: unknown): AppError {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const message =
    awsErrorName(cause) === 'ValidationException'
      ? `The table ${table} does not take the request (${text}). Its keys or indexes are not those that this service needs: compare its key schema, and whether its name is the right one.`
      : `The table ${table} did not answer (${text}). Try again; if it stays so, look at the table, the function's permissions and its way to DynamoDB.`;
  const error = new AppError('STORE_UNAVAILABLE', message, { cause });
  // A group of failures is named after the first frame: whoever asked the store.
  Error.captureStackTrace(error, guarded);
  return error;
}

/** A table, and the client that it is reached by. */
export interface TableDeps {
  readonly table: string;
  readonly load: LoadDynamoDb;
}

/** An item, strongly consistent; undefined where there is none. */
export async function getItem(
  key: Record<string, Sdk.AttributeValue>,
  { table, load }: TableDeps,
  options: { readonly abortSignal?: AbortSignal | undefined } = {},
): Promise<Record<string, Sdk.AttributeValue> | undefined> {
  const { sdk, client } = await load();
  const input = { TableName: table, Key: key, ConsistentRead: true };
  return (await client.send(new sdk.GetItemCommand(input), options)).Item;
}

/** Which part of a table is read. */
export interface ScanPage {
  /** Name of the table's key. */
  readonly key: string;
  readonly limit: number;
  /** Key of the item that the page before ended with; null: from the beginning. */
  readonly after: string | null;
  /** The key alone is wanted. */
  readonly keysOnly?: boolean;
}

/** A page of a whole table, strongly consistent, in no order that means anything; `next` is null where that was all. */
export async function scanPage(
  { key, limit, after, keysOnly = false }: ScanPage,
  { table, load }: TableDeps,
): Promise<{ items: readonly Record<string, Sdk.AttributeValue>[]; next: string | null }> {
  const { sdk, client } = await load();
  const { Items = [], LastEvaluatedKey } = await client.send(
    new sdk.ScanCommand({
      TableName: table,
      ConsistentRead: true,
      Limit: limit,
      ...(keysOnly && {
        ProjectionExpression: '#key',
        ExpressionAttributeNames: { '#key': key },
      }),
      ...(after !== null && { ExclusiveStartKey: { [key]: { S: after } } }),
    }),
  );
  return { items: Items, next: LastEvaluatedKey?.[key]?.S ?? null };
}

/** @returns false where the condition of the request did not hold */
export async function heldCondition(request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if (awsErrorName(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/**
 * Whatever it rejects with becomes AppError STORE_UNAVAILABLE, but for what no waiting heals; where the signal is aborted,
 * its reason.
 */
export async function guarded<T>(
  table: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ItemRefusedError || error instanceof NonRetriableError) throw error;
    signal?.throwIfAborted();
    throw storeUnavailable(table, error);
  }
}
