import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { mappingTable } from '../../infra/mappings.ts';
import { needsTable, type FunctionName } from '../../infra/permissions.ts';
import { roleId, roleResources } from '../../infra/role-resources.ts';
import { tableInputs } from '../../infra/tables.ts';
import { parseConfig } from '../../lib/config.ts';
import { createKafkaConnection } from '../../lib/effect/kafka/connection.ts';
import { mskToken } from '../../lib/effect/kafka/msk-token.ts';
import { oauthBearer } from '../../lib/effect/kafka/oauth-bearer.ts';
import { createRecordPublisher } from '../../lib/effect/kafka/publisher.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { ensureTables } from '../../localstack/dynamodb-tables.ts';
import { ensureTopics } from '../../localstack/topics.ts';
import { startEventSource } from '../../plugins/event-source-mapping/local/event-source.ts';
import { createEnvironmentPool } from '../../plugins/event-source-mapping/local/runtime/environment-pool.ts';
import { openProcessRegistry } from '../../plugins/event-source-mapping/local/runtime/process-registry.ts';
import type { FunctionDeclaration } from '../../plugins/event-source-mapping/local/types.ts';
import type { HttpAnswer } from '../../lib/lambda/http-answer.ts';
import { startAwsRecorder } from './aws-recorder.ts';
import { deploymentOf } from './deployment.ts';
import { createGlueStandIn } from './glue-stand-in.ts';
import { httpEvent, type HttpRequest } from './http-events.ts';
import { startIamBroker } from './iam-broker.ts';
import { allowedFacts, createAcls, judgementsIn } from './iam-facts.ts';
import { createKafkaTestClient, requestOf } from './kafka-client.ts';

const CLUSTER_ARN = 'arn:aws:kafka:us-east-1:123456789012:cluster/orders/0f0f-1';

export type IamStack = Awaited<ReturnType<typeof startIamStack>>;

/**
 * The packaged functions, each with credentials of its own, on a broker and behind an AWS endpoint that know what was
 * called by whom. The broker allows what the statements of the function's role say, and nothing more.
 */
export async function startIamStack() {
  const broker = await startIamBroker();
  const settings = {
    MSK_CLUSTER_ARN: CLUSTER_ARN,
    DLQ_RETRY_BACKOFF_MS: '300',
    DLQ_DRAIN_DELAYS_MS: '100',
    PROCESSING_TIMEOUT_MS: '2000',
    FUNCTION_TIMEOUT_MS: '30000',
    ORDER_FAILURE_SIMULATION: 'on',
    ORDERS_TABLE: `orders-${randomUUID()}`,
    DEAD_LETTERS_TABLE: `dead-letters-${randomUUID()}`,
    DEAD_LETTER_GROUPS_TABLE: `groups-${randomUUID()}`,
    DEAD_LETTER_JOBS_TABLE: `jobs-${randomUUID()}`,
    GLUE_SCHEMA_REGISTRY: 'schemas',
    ORDER_EVENTS_FORMAT: 'avro',
  };
  const config = parseConfig(settings, { handlesBatches: false });
  const deployment = deploymentOf(settings);
  const names = Object.keys(needsTable(config)) as FunctionName[];
  const roles = roleResources(config, deployment);
  const allowed = allowedFacts(
    new Map(names.flatMap((name) => (roles[roleId(name)] ? [[name, roles[roleId(name)]!]] : []))),
  );
  await ensureTopics(broker.brokers, config);
  await ensureTables(inject('dynamodbEndpoint'), tableInputs(config));
  const client = await createKafkaTestClient(broker.brokers);
  await createAcls(client.admin, allowed);
  const glue = createGlueStandIn(config.glueRegistry);
  const aws = await startAwsRecorder({
    glue,
    dynamodbEndpoint: inject('dynamodbEndpoint'),
    clusterArn: CLUSTER_ARN,
    iamBrokers: broker.iamBrokers,
  });

  const lines: string[] = [];
  const declarationOf = (name: FunctionName): FunctionDeclaration => ({
    name,
    handler: `${join(inject('bundleDir'), name)}.handler`,
    timeoutMs: config.functionTimeoutMs,
    memoryMb: 256,
    environment: {
      ...settings,
      ...(needsTable(config)[name].consumes && { PARTIAL_BATCH_RESPONSES: 'on' }),
      // The principal, to the broker and to AWS.
      AWS_ACCESS_KEY_ID: name,
      AWS_ENDPOINT_URL: aws.url,
      NODE_EXTRA_CA_CERTS: broker.caFile,
    },
  });
  const onOutput = ({ functionName, line }: { functionName: string; line: string }) =>
    void lines.push(`${functionName}: ${line}`);
  const mappings = Object.entries(mappingTable(config, deployment)).flatMap(
    ([functionName, events]) =>
      events.map(({ arn, ...event }) => ({ ...event, functionName, eventSourceArn: arn })),
  );
  const eventSource = startEventSource({
    brokers: [broker.brokers],
    mappings: mappings.map((mapping) => ({ ...mapping, concurrency: 1 })),
    functions: names.map(declarationOf),
    onFunctionOutput: onOutput,
    sessionTimeoutMs: 3_000,
    drainMs: 1_000,
  });
  await eventSource.ready;
  const registry = openProcessRegistry();
  const pools = new Map(
    names.map((name) => [
      name,
      createEnvironmentPool({
        declaration: declarationOf(name),
        onOutput,
        onReport: () => undefined,
        environmentsMax: 1,
        freeze: false,
        registry,
      }),
    ]),
  );

  return {
    broker,
    client,
    config,
    allowed,
    mappings,
    lines,
    glue,
    /** Through the packaged function, as API Gateway does. @returns the body, parsed */
    async call(name: FunctionName, request: HttpRequest): Promise<Record<string, unknown>> {
      const result = await pools.get(name)?.invoke(JSON.stringify(httpEvent(request)));
      if (result?.kind !== 'response') throw new Error(`${name}: ${JSON.stringify(result)}`);
      const { statusCode, body = '' } = JSON.parse(result.body) as HttpAnswer;
      if (statusCode >= 400) throw new Error(`${name}: ${statusCode} ${body}`);
      return body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : {};
    },
    /** One record, with a function's credentials but not by it. @returns the first error, or what became of it */
    async publishAs(name: FunctionName, topic: string): Promise<string> {
      const credentials = { accessKeyId: name, secretAccessKey: 'local' };
      const connection = createKafkaConnection({
        brokers: [broker.iamBrokers],
        ssl: { ca: broker.ca },
        sasl: oauthBearer(async () =>
          mskToken({ region: 'us-east-1', credentials, nowMs: Date.now(), userAgent: 'test' }),
        ),
        clientId: 'test',
      });
      const errors: string[] = [];
      const [outcome] = await createRecordPublisher({ connection, clock: systemClock }).publish(
        [requestOf(topic)],
        {
          deadlineMs: Date.now() + 3_000,
          onFirstFailure: (_, { message }) => errors.push(message),
        },
      );
      connection.close();
      return errors[0] ?? String(outcome?.kind);
    },
    /** All that was called so far, by the functions themselves. */
    called: (): ReadonlySet<string> =>
      new Set([
        ...aws.called,
        ...[...broker.connected].map((name) => `${name} kafka-cluster:Connect cluster`),
        ...judgementsIn(readFileSync(broker.logFile, 'utf8'))
          .map(({ fact }) => fact)
          .filter((fact) => !fact.startsWith('ANONYMOUS ')),
      ]),
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
      registry.close();
      await eventSource.stop();
      await client.close();
      await aws[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    },
  };
}
