import { AppError } from '../lib/model/errors.ts';
import type { Deployment } from './deployment.ts';
import { needsTable, usesKafka, type Needs, type NeedsConfig } from './permissions.ts';
import type { Resource } from './table-resources.ts';

type ResourceName = string | Readonly<Record<string, unknown>>;

/** A statement of an IAM policy; everything that is not allowed by one is refused. */
export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: ResourceName | readonly ResourceName[];
}

/** AWS's limit on all inline policies of a role together, without white space. */
const POLICY_CHARACTERS_MAX = 10_240;

/** Logical id of the role of a function: `process-orders` → `ProcessOrdersRole`. */
export function roleId(functionName: string): string {
  return `${functionName.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Role`;
}

/**
 * One role for each function. The policy is part of the role and no resource of its own: the mapping waits for the role,
 * and AWS checks at its creation what the role may do. Pure.
 * @throws AppError CONFIG_INVALID where there are so many tiers that AWS would refuse a policy in the middle of a deployment
 */
export function roleResources(
  config: NeedsConfig,
  deployment: Pick<Deployment, 'service' | 'stage' | 'clusterArn'>,
): Readonly<Record<string, Resource>> {
  const roles = Object.fromEntries(
    Object.entries(needsTable(config)).map(([name, needs]) => [
      roleId(name),
      {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: policy([
            {
              Effect: 'Allow',
              Principal: { Service: 'lambda.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ]),
          Policies: [
            {
              PolicyName: 'own-work',
              PolicyDocument: policy([
                logStatement(`${deployment.service}-${deployment.stage}-${name}`),
                ...(usesKafka(needs) ? kafkaStatements(needs, deployment.clusterArn) : []),
                ...tableStatements(needs),
                ...schemaStatements(needs),
              ]),
            },
          ],
        },
      } satisfies Resource,
    ]),
  );
  for (const [id, { Properties }] of Object.entries(roles)) {
    if (JSON.stringify(Properties.Policies).length > POLICY_CHARACTERS_MAX) {
      throw new AppError(
        'CONFIG_INVALID',
        `Configuration:\n- the policy of ${id} would be over ${POLICY_CHARACTERS_MAX} characters, the most that AWS takes: have fewer retry tiers (DLQ_MAX_RETRIES, DLQ_MAX_BACKOFF_MS, DLQ_DRAIN_DELAYS_MS) or a shorter KAFKA_ORDER_TOPIC`,
      );
    }
  }
  return roles;
}

function policy(statements: readonly object[]) {
  return { Version: '2012-10-17', Statement: statements };
}

/** The log group is the stack's own, so no function may create one. */
function logStatement(functionName: string): Statement {
  return {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: {
      'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${functionName}:*`,
    },
  };
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html and, for a topic as on-failure destination,
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
function kafkaStatements(needs: Needs, clusterArn: string): Statement[] {
  const { consumes = [], onFailure, writes = [], reads = [], describesGroups = [] } = needs;
  const isConsumer = consumes.length > 0;
  const topics = (names: readonly string[]) => names.map((name) => part(clusterArn, 'topic', name));
  const groups = (names: readonly string[]) => names.map((name) => part(clusterArn, 'group', name));
  return [
    {
      // Of these, EC2 narrows none down to a resource before it exists.
      Effect: 'Allow',
      Action: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
        'ec2:DescribeSubnets',
        ...(isConsumer ? ['ec2:DescribeVpcs', 'ec2:DescribeSecurityGroups'] : []),
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: [
        'kafka:GetBootstrapBrokers',
        ...(isConsumer ? ['kafka:DescribeCluster', 'kafka:DescribeClusterV2'] : []),
        'kafka-cluster:Connect',
        ...(isConsumer
          ? ['kafka-cluster:DescribeCluster', 'kafka-cluster:DescribeClusterDynamicConfiguration']
          : []),
      ],
      Resource: clusterArn,
    },
    ...allow(
      ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
      topics([
        ...consumes.map(({ topic }) => topic),
        ...reads,
        // AWS's own example grants reading of the destination as well.
        ...(onFailure === undefined ? [] : [onFailure]),
      ]),
    ),
    ...allow(
      ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
      topics([...new Set([...writes, ...(onFailure === undefined ? [] : [onFailure])])]),
    ),
    ...allow(
      ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'],
      groups(consumes.map(({ group }) => group)),
    ),
    ...allow(['kafka-cluster:DescribeGroup'], groups(describesGroups)),
  ];
}

function tableStatements({ tables = [] }: Needs): Statement[] {
  return tables.map(({ table, index, actions }) => ({
    Effect: 'Allow',
    Action: actions.map((action) => `dynamodb:${action}`),
    // By name: the table need not be of this stack.
    Resource: {
      'Fn::Sub': `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${table}${index === undefined ? '' : `/index/${index}`}`,
    },
  }));
}

/**
 * https://docs.aws.amazon.com/glue/latest/dg/schema-registry-gs.html: whoever asks for a version by its id alone names no
 * registry and no schema, so there is nothing to narrow it down to. And an id that somebody made up has to be answered with
 * "not found", not with "not allowed", or its record would never settle.
 */
function schemaStatements({ schemas }: Needs): Statement[] {
  if (schemas === undefined) return [];
  const { registry, reads, registers } = schemas;
  const arn = (rest: string): ResourceName => ({
    'Fn::Sub': `arn:\${AWS::Partition}:glue:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
  });
  return [
    ...(reads ? allow(['glue:GetSchemaVersion'], ['*']) : []),
    ...(registers === undefined
      ? []
      : allow(
          ['glue:GetSchemaByDefinition', 'glue:RegisterSchemaVersion', 'glue:CreateSchema'],
          [arn(`registry/${registry}`), arn(`schema/${registry}/${registers}`)],
        )),
  ];
}

function allow(actions: readonly string[], resources: readonly ResourceName[]): Statement[] {
  return resources.length === 0 ? [] : [{ Effect: 'Allow', Action: actions, Resource: resources }];
}

/** ARN of a topic or group: the cluster's, with the kind in place of `cluster` and the name behind it. */
function part(clusterArn: string, kind: 'topic' | 'group', name: string): string {
  return `${clusterArn.replace(':cluster/', `:${kind}/`)}/${name}`;
}
