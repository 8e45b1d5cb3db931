import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createDeadLetterIndex } from './effect/dynamodb/dead-letter-index.ts';
import { listDeadLetters } from './flow/list-dead-letters.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { WiredHttp } from './lambda/http-handler.ts';
import { listRequest } from './wire-dlq-requests.ts';
import { wireHttp } from './wire-http.ts';
import { type Environment } from './wire-environment.ts';

/** `GET /api/dlq/messages`. @throws AppError CONFIG_INVALID */
export function wireDlqMessages(env: Environment): WiredHttp<typeof listRequest> {
  const { config, clock, log } = wireHttp(env);
  const index = createDeadLetterIndex({ table: config.deadLettersTable, load: dynamoDbLoader() });
  return {
    schemas: listRequest,
    clock,
    log,
    answer: async ({ query }, { nowMs }) => {
      const deps = { index, orderTopic: config.topics.order, nowMs };
      const { messages, nextCursor } = await listDeadLetters(query, deps);
      return jsonAnswer(200, {
        success: true,
        dlqTopic: config.topics.dlq,
        messageCount: messages.length,
        messages,
        nextCursor,
      });
    },
  };
}
