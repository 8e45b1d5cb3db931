import { tableInputs, timeToLiveOf, type TableNames } from './tables.ts';

/** A resource of a CloudFormation template. */
export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: 'Retain';
  readonly UpdateReplacePolicy?: 'Retain';
  readonly Properties: Readonly<Record<string, unknown>>;
}

/**
 * The tables as CloudFormation has them: CreateTable's names are the same there. They outlive the stack, and can be
 * brought back to any second of the last 35 days. Pure, total.
 */
export function tableResources(config: TableNames): Readonly<Record<string, Resource>> {
  const logicalIds = [
    'OrdersTable',
    'DeadLettersTable',
    'DeadLetterGroupsTable',
    'DeadLetterJobsTable',
  ];
  return Object.fromEntries(
    tableInputs(config).map((input, index) => {
      const timeToLive = timeToLiveOf(input.TableName, config);
      const resource: Resource = {
        Type: 'AWS::DynamoDB::Table',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          ...input,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          ...(timeToLive && { TimeToLiveSpecification: timeToLive }),
        },
      };
      return [logicalIds[index] ?? `Table${index}`, resource];
    }),
  );
}
