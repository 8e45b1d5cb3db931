import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { realEnvelopeCodec } from './envelope-codecs.ts';
import { createKafkaConnection } from '../../lib/effect/kafka/connection.ts';
import { createRecordPublisher } from '../../lib/effect/kafka/publisher.ts';
import { createDeadLetterIndex } from '../../lib/effect/dynamodb/dead-letter-index.ts';
import { createGroupStore } from '../../lib/effect/dynamodb/group-store.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { publishDeadLetters } from '../../lib/flow/publish-dead-letter.ts';
import type { ConsumedRecord } from '../../lib/model/record.ts';
import { readOrderId } from '../../lib/orders/order-event.ts';
import type { DeadLetterIndex } from '../../lib/ports/dead-letter-index.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import { captureLog, noteMetrics } from './log-lines.ts';

/** Where a writer of dead letters works. */
export interface WriterPlace {
  readonly brokers: string;
  readonly schemaRegistryUrl: string;
  readonly dynamodbEndpoint: string;
  /** Of the index; that of the groups is named after it, with `-groups` behind. */
  readonly table: string;
  readonly topics: { readonly order: string; readonly intake: string; readonly dlq: string };
}

export interface WriterOptions {
  /** Time that an invocation has. */
  readonly timeoutMs?: number;
  /** Puts something between the writer and the index. */
  readonly around?: (index: DeadLetterIndex) => DeadLetterIndex;
}

/** One environment of publish-dead-letter, with all its effects real. */
export async function createDeadLetterWriter(place: WriterPlace) {
  const client = new DynamoDBClient({
    endpoint: place.dynamodbEndpoint,
    region: LOCAL_AWS.AWS_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 500, requestTimeout: 1_000 },
  });
  const sdk = await import('@aws-sdk/client-dynamodb');
  const load = async () => ({ sdk, client });
  const index = createDeadLetterIndex({ table: place.table, load });
  const connection = createKafkaConnection({
    brokers: place.brokers.split(','),
    clientId: 'publish-dead-letter',
  });
  const log = captureLog();
  const deps = {
    publisher: createRecordPublisher({ connection, clock: systemClock }),
    codec: realEnvelopeCodec(place.schemaRegistryUrl, place.topics.dlq),
    business: { readId: readOrderId },
    clock: systemClock,
    log: log.log,
    metrics: noteMetrics().metrics,
    groups: createGroupStore({ table: `${place.table}-groups`, load }),
    consumerGroup: 'order-service-group',
    resolvedRetentionMs: 45 * 86_400_000,
    orderTopic: place.topics.order,
    dlqTopic: place.topics.dlq,
    identity: { functionName: 'publish-dead-letter', functionVersion: '1', requestId: 'r-1' },
  };
  return {
    index,
    log,
    /** One invocation. */
    async publish(records: readonly ConsumedRecord[], options: WriterOptions = {}) {
      const { timeoutMs = 20_000, around = (plain: DeadLetterIndex) => plain } = options;
      const all = { ...deps, index: around(index) };
      const outcomes = await publishDeadLetters(records, Date.now() + timeoutMs, all);
      return outcomes.map(({ kind }) => kind);
    },
    close() {
      client.destroy();
      connection.close();
    },
  };
}
