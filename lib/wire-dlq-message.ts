import { noFields } from './codec/api-schema.ts';
import { deadLetterPath } from './codec/dead-letter-answer.ts';
import { toWholeMessage } from './codec/dead-letter-json.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createDeadLetterIndex } from './effect/dynamodb/dead-letter-index.ts';
import { createRecordReader } from './effect/kafka/reader.ts';
import { createEnvelopeCodec } from './flow/envelope-codec.ts';
import { readDeadLetter } from './flow/read-dead-letter.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { WiredHttp } from './lambda/http-handler.ts';
import { AppError } from './model/errors.ts';
import { wireHttp } from './wire-http.ts';
import { SERVICE, type Environment } from './wire-environment.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';
import { requireRegistry } from './wire-registry.ts';
import { schemasOf } from './wire-schemas.ts';

const schemas = { path: deadLetterPath, query: noFields };

/** `GET /api/dlq/messages/{id}`. @throws AppError CONFIG_INVALID */
export function wireDlqMessage(env: Environment): WiredHttp<typeof schemas> {
  const { config, clock, log } = wireHttp(env);
  const deps = {
    index: createDeadLetterIndex({ table: config.deadLettersTable, load: dynamoDbLoader() }),
    reader: createRecordReader({ connection: kafkaConnectionOf(config, SERVICE), clock }),
    codec: createEnvelopeCodec(schemasOf(requireRegistry(config)), config.topics.dlq),
  };
  return {
    schemas,
    clock,
    log,
    answer: async ({ path }, { deadlineMs, nowMs }) => {
      const reading = await readDeadLetter(path.id, deadlineMs, deps);
      if (reading === undefined) {
        throw new AppError(
          'DEAD_LETTER_NOT_FOUND',
          `No dead letter has the id ${path.id}: take one that /api/dlq/messages shows`,
        );
      }
      const message = toWholeMessage(reading.item, reading.envelope, nowMs);
      return jsonAnswer(200, { success: true, message });
    },
  };
}
