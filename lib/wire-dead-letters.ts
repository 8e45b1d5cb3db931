import { parseConfig, retentionMsOf, type Config } from './config.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createDeadLetterIndex } from './effect/dynamodb/dead-letter-index.ts';
import { createGroupStore } from './effect/dynamodb/group-store.ts';
import { createEnvelopeCodec } from './flow/envelope-codec.ts';
import { createFramedReader } from './flow/framed-reader.ts';
import { mergeGroupChanges } from './flow/merge-group-changes.ts';
import { publishDeadLetters } from './flow/publish-dead-letter.ts';
import type { SchemaCache } from './flow/schema-cache.ts';
import type { WiredBatch } from './lambda/batch-handler.ts';
import { orderReading } from './orders/order-event.ts';
import type { RecordReading } from './ports/business.ts';
import { ANSWER_MS, edgeOf, publisherOf } from './wire-batch.ts';
import type { Environment } from './wire-environment.ts';
import { requireRegistry } from './wire-registry.ts';
import { schemasOf } from './wire-schemas.ts';

/** How a deployment's business reads a record for people, made of its configuration and its schemas. */
export type ReadingOf = (config: Config, schemas: SchemaCache) => RecordReading;

/**
 * publish-dead-letter, the one writer of the DLQ topic and the index. Call once per execution environment.
 * @param readingOf the business's, as `businessOf` gives it to the other functions
 * @throws AppError CONFIG_INVALID
 */
export function wireDeadLetterPublishing(
  env: Environment,
  readingOf: ReadingOf = readingOfOrders,
): WiredBatch {
  const config = requireRegistry(parseConfig(env));
  const edge = edgeOf(config);
  const publisher = publisherOf(config);
  const load = dynamoDbLoader();
  const index = createDeadLetterIndex({ table: config.deadLettersTable, load });
  const groups = mergeGroupChanges(createGroupStore({ table: config.groupsTable, load }));
  const { consumerGroup, topics } = config;
  const schemas = schemasOf(config);
  const codec = createEnvelopeCodec(schemas, topics.dlq);
  const business = readingOf(config, schemas);
  return {
    ...edge,
    run: (batch, { deadlineMs, identity, log }) =>
      publishDeadLetters(
        batch.flatMap(({ records }) => records),
        deadlineMs - ANSWER_MS,
        {
          index,
          groups,
          publisher,
          codec,
          business,
          clock: edge.clock,
          log,
          metrics: edge.metrics,
          consumerGroup,
          resolvedRetentionMs: retentionMsOf(config),
          identity,
          orderTopic: topics.order,
          dlqTopic: topics.dlq,
        },
      ),
  };
}

function readingOfOrders(_config: Config, schemas: SchemaCache): RecordReading {
  return orderReading(createFramedReader(schemas));
}
