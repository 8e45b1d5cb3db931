import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  CreateClusterV2Command,
  CreateTopicCommand,
  DeleteTopicCommand,
  KafkaClient,
} from '@aws-sdk/client-kafka';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { topicTable } from '../../infra/topics.ts';
import { parseConfig } from '../../lib/config.ts';
import { PROJECT_DIR } from '../../localstack/paths.ts';
import { startMoto } from './moto.ts';
import { pythonCommands } from './python.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';
export const STAGE = 'test';

type Environment = Readonly<Record<string, string>>;

export type Clients = ReturnType<typeof clientsOf>;
export type Place = Awaited<ReturnType<typeof startPlace>>;

/** An account with a cluster and its topics, and the framework's command line in front of it. */
export async function startPlace() {
  const commands = await pythonCommands();
  const home = mkdtempSync(join(tmpdir(), 'deploy-'));
  const moto = await startMoto(commands, home);
  const aws = {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  Object.assign(process.env, aws);
  const clients = clientsOf();
  const clusterArn = await createCluster(clients.kafka);
  for (const { topic } of topicTable(parseConfig({}))) {
    await createTopic(clients.kafka, clusterArn, topic);
  }
  const settings: Environment = {
    MSK_CLUSTER_ARN: clusterArn,
    VPC_SUBNET_IDS: 'subnet-0000000000000000a,subnet-0000000000000000b',
    VPC_SECURITY_GROUP_IDS: 'sg-0000000000000000a',
  };
  return {
    clients,
    clusterArn,
    settings,
    commands,
    moto,
    createTopic: (topic: string) => createTopic(clients.kafka, clusterArn, topic),
    deleteTopic: (topic: string) =>
      clients.kafka.send(new DeleteTopicCommand({ ClusterArn: clusterArn, TopicName: topic })),
    /** What it printed; rejects with that, where it fails. */
    serverless: (command: readonly string[], env: Environment = settings) =>
      serverless(command, { PATH: process.env['PATH'] ?? '', HOME: home, ...aws, ...env }),
    async stop() {
      await moto.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function clientsOf() {
  return {
    api: new ApiGatewayV2Client(),
    stacks: new CloudFormationClient(),
    logs: new CloudWatchLogsClient(),
    dynamodb: new DynamoDBClient(),
    glue: new GlueClient(),
    iam: new IAMClient(),
    kafka: new KafkaClient(),
    lambda: new LambdaClient(),
    s3: new S3Client({ forcePathStyle: true }),
  };
}

async function createCluster(kafka: KafkaClient): Promise<string> {
  const { ClusterArn = '' } = await kafka.send(
    new CreateClusterV2Command({
      ClusterName: 'orders',
      Provisioned: {
        KafkaVersion: '3.9.x',
        NumberOfBrokerNodes: 3,
        BrokerNodeGroupInfo: { ClientSubnets: ['subnet-0a'], InstanceType: 'express.m7g.large' },
      },
    }),
  );
  return ClusterArn;
}

async function createTopic(kafka: KafkaClient, ClusterArn: string, TopicName: string) {
  await kafka.send(
    new CreateTopicCommand({ ClusterArn, TopicName, PartitionCount: 4, ReplicationFactor: 3 }),
  );
}

async function serverless(command: readonly string[], env: Environment): Promise<string> {
  const bin = join(PROJECT_DIR, 'node_modules/.bin');
  const args = [join(bin, 'serverless'), ...command, '--stage', STAGE];
  try {
    const { stdout, stderr } = await promisify(execFile)(join(bin, 'node'), args, {
      cwd: PROJECT_DIR,
      env,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(stdout + stderr, { cause: error });
  }
}
