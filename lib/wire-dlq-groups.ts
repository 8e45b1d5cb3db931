import { noFields } from './codec/api-schema.ts';
import { groupsQuery } from './codec/page-query.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createGroupStore } from './effect/dynamodb/group-store.ts';
import { listGroups } from './flow/list-groups.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { WiredHttp } from './lambda/http-handler.ts';
import { wireHttp } from './wire-http.ts';
import { type Environment } from './wire-environment.ts';

const schemas = { path: noFields, query: groupsQuery };

/** `GET /api/dlq/groups`. @throws AppError CONFIG_INVALID */
export function wireDlqGroups(env: Environment): WiredHttp<typeof schemas> {
  const { config, clock, log } = wireHttp(env);
  const store = createGroupStore({ table: config.groupsTable, load: dynamoDbLoader() });
  return {
    schemas,
    clock,
    log,
    answer: async ({ query }) =>
      jsonAnswer(200, { success: true, ...(await listGroups(query, store)) }),
  };
}
