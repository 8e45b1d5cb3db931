import { noFields } from './codec/api-schema.ts';
import { reindexBody } from './codec/reindex-answer.ts';
import { decodeReindexCursor, encodeReindexCursor } from './codec/reindex-cursor.ts';
import { retentionMsOf } from './config.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createDeadLetterIndex } from './effect/dynamodb/dead-letter-index.ts';
import { createGroupStore } from './effect/dynamodb/group-store.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { createRecordReader } from './effect/kafka/reader.ts';
import { createEnvelopeCodec } from './flow/envelope-codec.ts';
import { reindex, type ReindexDeps } from './flow/reindex.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { WiredHttp } from './lambda/http-handler.ts';
import { AppError } from './model/errors.ts';
import type { ReindexState } from './model/reindex.ts';
import { SERVICE, type Environment } from './wire-environment.ts';
import { wireHttp } from './wire-http.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';
import { requireRegistry } from './wire-registry.ts';
import { schemasOf } from './wire-schemas.ts';

/** Time in which steps begin; the rest of the endpoint's is for the last one. */
const WORK_MS = 3_500;

/** For tests: less of it in each call. */
export interface ReindexParts {
  readonly workMs?: number;
  readonly bounds?: ReindexDeps['bounds'];
}

const schemas = {
  path: noFields,
  query: noFields,
  body: reindexBody,
  bodyExample: '{}',
};

/** `POST /api/dlq/reindex`. @throws AppError CONFIG_INVALID */
export function wireReindex(
  env: Environment,
  { workMs = WORK_MS, bounds = {} }: ReindexParts = {},
): WiredHttp<typeof schemas> {
  const { config, clock, log } = wireHttp(env);
  const { dlq, intake } = config.topics;
  const load = dynamoDbLoader();
  const connection = kafkaConnectionOf(config, SERVICE);
  const deps = {
    index: createDeadLetterIndex({ table: config.deadLettersTable, load }),
    groups: createGroupStore({ table: config.groupsTable, load }),
    reader: createRecordReader({ connection, clock }),
    publisher: createRecordPublisher({ connection, clock }),
    codec: createEnvelopeCodec(schemasOf(requireRegistry(config)), dlq),
    clock,
    dlqTopic: dlq,
    intakeTopic: intake,
    resolvedRetentionMs: retentionMsOf(config),
    bounds,
  };
  return {
    schemas,
    clock,
    log,
    answer: async ({ body }, { nowMs, deadlineMs, principal, requestId, log: callLog }) => {
      const state = body.cursor === undefined ? null : stateOf(body.cursor, dlq);
      const untilMs = nowMs + workMs;
      const call = { state, by: principal, invocation: requestId, untilMs, deadlineMs };
      const part = await reindex(call, { ...deps, log: callLog });
      const cursor = part.state && encodeReindexCursor(part.state, dlq);
      return jsonAnswer(200, { success: true, cursor, ...part.counts });
    },
  };
}

function stateOf(cursor: string, dlqTopic: string): ReindexState {
  const state = decodeReindexCursor(cursor, dlqTopic);
  if (!('fault' in state)) return state;
  throw new AppError(
    'CURSOR_INVALID',
    `cursor ${state.fault}: leave it out to begin anew, which does no harm`,
  );
}
