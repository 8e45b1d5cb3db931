import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Config } from '../lib/config.ts';

/** Index of the dead letters by arrival; list keys are sharded, so that a flood does not fall on one partition key. */
export const BY_ARRIVAL = 'by-arrival';
/** The same within a group. */
export const BY_GROUP = 'by-group';
/** Index of the groups by their newest failure. */
export const BY_ACTIVITY = 'by-activity';
/** Index of the jobs, by kind, by when they were made. */
export const BY_START = 'by-start';

/**
 * The service's DynamoDB tables, as CreateTable takes them. The only place that says what they are like. Pure, total.
 */
export function tableInputs(
  config: Pick<Config, 'ordersTable' | 'deadLettersTable'>,
): readonly CreateTableCommandInput[] {
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
        {
          IndexName: BY_ARRIVAL,
          KeySchema: [
            { AttributeName: 'listShard', KeyType: 'HASH' },
            { AttributeName: 'arrival', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: BY_GROUP,
          KeySchema: [
            { AttributeName: 'groupShard', KeyType: 'HASH' },
            { AttributeName: 'arrival', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
  ];
}
