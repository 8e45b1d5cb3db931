import { randomUUID } from 'node:crypto';
import { parseConfig } from './config.ts';
import { staleAfterMs } from './decide/tiers.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createDeadLetterIndex } from './effect/dynamodb/dead-letter-index.ts';
import { createGroupStore } from './effect/dynamodb/group-store.ts';
import { createJobStore } from './effect/dynamodb/job-store.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { createRecordReader } from './effect/kafka/reader.ts';
import { createEnvelopeCodec } from './flow/envelope-codec.ts';
import { workJobs } from './flow/work-jobs.ts';
import type { WiredBatch } from './lambda/batch-handler.ts';
import { ANSWER_MS, edgeOf } from './wire-batch.ts';
import { SERVICE, type Environment } from './wire-environment.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';
import { requireRegistry } from './wire-registry.ts';
import { schemasOf } from './wire-schemas.ts';

/**
 * work-dlq-jobs: redrives, discards, restores and purges, slice by slice. Call once per execution environment.
 * @throws AppError CONFIG_INVALID
 */
export function wireDlqJobs(env: Environment): WiredBatch {
  const config = requireRegistry(parseConfig(env));
  const { topics, policy, redrivesMax } = config;
  const edge = edgeOf(config);
  const { clock } = edge;
  const connection = kafkaConnectionOf(config, SERVICE);
  const load = dynamoDbLoader();
  const deps = {
    index: createDeadLetterIndex({ table: config.deadLettersTable, load }),
    groups: createGroupStore({ table: config.groupsTable, load }),
    jobs: createJobStore({ table: config.jobsTable, load }),
    publisher: createRecordPublisher({ connection, clock }),
    reader: createRecordReader({ connection, clock }),
    codec: createEnvelopeCodec(schemasOf(config), topics.dlq),
    clock,
    newId: randomUUID,
    jobsTopic: topics.jobs,
    redriveTopic: topics.redrive,
    intakeTopic: topics.intake,
    redrivesMax,
    staleAfterMs: staleAfterMs(policy),
  };
  return {
    ...edge,
    run: (batch, { deadlineMs, log }) =>
      workJobs(
        batch.flatMap(({ records }) => records),
        deadlineMs - ANSWER_MS,
        { ...deps, log },
      ),
  };
}
