import type { CreateTableCommandInput, TimeToLiveSpecification } from '@aws-sdk/client-dynamodb';
import type { Config } from '../lib/config.ts';
import { BY_ACTIVITY, BY_ARRIVAL, BY_GROUP, BY_START } from '../lib/model/table-indexes.ts';

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
