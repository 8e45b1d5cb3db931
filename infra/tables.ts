import type { CreateTableCommandInput, TimeToLiveSpecification } from '@aws-sdk/client-dynamodb';
import type { Config } from '../lib/config.ts';

/** Index of the dead letters by arrival; list keys are sharded, so that a flood does not fall on one partition key. */
export const BY_ARRIVAL = 'by-arrival';
/** The same within a group. */
export const BY_GROUP = 'by-group';
/** Index of the groups by their newest failure. */
export const BY_ACTIVITY = 'by-activity';
/** Index of the jobs that were started, within a kind, by when they were made. */
export const BY_START = 'by-start';

/** Attribute by which a table forgets what has ended: seconds of Unix time. */
const EXPIRES_AT = 'expiresAt';

export type TableNames = Pick<
  Config,
  'ordersTable' | 'deadLettersTable' | 'groupsTable' | 'jobsTable'
>;

/**
 * The service's DynamoDB tables, as CreateTable takes them. The only place that says what they are like. Pure, total.
 */
export function tableInputs(config: TableNames): readonly CreateTableCommandInput[] {
  return [
    {
      TableName: config.ordersTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
    },
    {
      TableName: config.deadLettersTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'listShard', AttributeType: 'S' },
        { AttributeName: 'groupShard', AttributeType: 'S' },
        { AttributeName: 'arrival', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        tableIndex(BY_ARRIVAL, 'listShard', 'arrival', 'ALL'),
        tableIndex(BY_GROUP, 'groupShard', 'arrival', 'ALL'),
      ],
    },
    {
      TableName: config.groupsTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'group', AttributeType: 'S' },
        { AttributeName: 'list', AttributeType: 'S' },
        { AttributeName: 'activity', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [tableIndex(BY_ACTIVITY, 'list', 'activity', 'ALL')],
    },
    {
      TableName: config.jobsTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'job', AttributeType: 'S' },
        { AttributeName: 'row', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
        { AttributeName: 'made', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'job', KeyType: 'HASH' },
        { AttributeName: 'row', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        // The jobs themselves change with every step: the index holds where they are, and changes never.
        tableIndex(BY_START, 'kind', 'made', 'KEYS_ONLY'),
      ],
    },
  ];
}

function tableIndex(
  name: string,
  hashKey: string,
  rangeKey: string,
  projection: 'ALL' | 'KEYS_ONLY',
) {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: hashKey, KeyType: 'HASH' as const },
      { AttributeName: rangeKey, KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: projection },
  };
}

/**
 * How a table forgets by itself, as UpdateTimeToLive takes it; undefined: it keeps everything. The stand-in on a
 * developer's machine does not forget. Pure, total.
 */
export function timeToLiveOf(
  table: string | undefined,
  config: TableNames,
): TimeToLiveSpecification | undefined {
  const forgets = table === config.deadLettersTable || table === config.jobsTable;
  return forgets ? { AttributeName: EXPIRES_AT, Enabled: true } : undefined;
}
