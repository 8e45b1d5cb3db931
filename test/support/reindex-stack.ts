import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, inject } from 'vitest';
import * as z from 'zod/mini';
import { reindexAnswer } from '../../lib/codec/reindex-answer.ts';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import { createGroupStore } from '../../lib/effect/dynamodb/group-store.ts';
import { httpHandler } from '../../lib/lambda/http-handler.ts';
import type { FailedEvent } from '../../lib/model/dead-letter.ts';
import { wireReindex } from '../../lib/wire-reindex.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import { startDeadLetterStack } from './dead-letter-stack.ts';
import { failedEvent } from './dead-letters.ts';
import { call } from './http-events.ts';
import { loaderOf, testClient } from './test-tables.ts';

export type ReindexStack = Awaited<ReturnType<typeof startReindexStack>>;

/** Topics, tables and the writer of a test's own, on real servers, and the function that reindexes them, called over HTTP. */
export async function startReindexStack() {
  // The SDK reads them by itself, when it is first used.
  Object.assign(process.env, LOCAL_AWS, {
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const stack = await startDeadLetterStack({
    brokers: inject('kafkaBrokers'),
    schemaRegistryUrl: inject('schemaRegistryUrl'),
    dynamodbEndpoint: inject('dynamodbEndpoint'),
  });
  const { place, topics } = stack;
  const client = testClient();
  const groupsTable = `${place.table}-groups`;
  const handler = httpHandler(
    wireReindex({
      KAFKA_BROKERS: inject('kafkaBrokers'),
      SCHEMA_REGISTRY_URL: inject('schemaRegistryUrl'),
      KAFKA_ORDER_TOPIC: topics.order,
      KAFKA_DLQ_TOPIC: topics.dlq,
      DEAD_LETTERS_TABLE: place.table,
      DEAD_LETTER_GROUPS_TABLE: groupsTable,
    }),
  );
  /** Places of the intake that the writer has taken. */
  let taken: ReadonlySet<string> = new Set();

  const own = {
    ...stack,
    /** Of the tables. */
    client,
    groupsTable,
    groups: createGroupStore({ table: groupsTable, load: loaderOf(client) }),
    /** The failure of an order of its own, of one of three causes. */
    failure(order: number): FailedEvent {
      const origin = { topic: topics.order, partition: 0, offset: order, timestampMs: 1 };
      const value = Buffer.from(JSON.stringify({ orderId: `ORDER-${order}` }));
      const kind = 'ABC'.charAt(order % 3);
      return failedEvent({
        origin,
        id: deadLetterId(origin),
        record: { key: null, value, headers: [] },
        error: {
          type: `Error${kind}`,
          message: 'no',
          causes: [],
          stack: `Error${kind}: no\n    at charge${kind} (/var/task/index.js:1:1)`,
        },
      });
    },
    /** Orders 0 … count − 1 fail. */
    async failAll(count: number): Promise<void> {
      const orders = Array.from({ length: count }, (_, order) => order);
      await Promise.all(orders.map((order) => stack.handEvent(own.failure(order))));
      await own.writerRuns();
    },
    async succeed(order: number): Promise<void> {
      const { id, origin, by } = own.failure(order);
      const redrive = { id: 'redrive-1', count: 1 };
      const event = { kind: 'processed', id, origin, redrive, attempts: 1, by } as const;
      await stack.handEvent({ ...event, processedAtMs: Date.now() });
      await own.writerRuns();
    },
    /** The writer takes what is new on the intake. @returns how many events that were */
    async writerRuns(): Promise<number> {
      const records = await stack.records(topics.intake);
      const placeOf = ({ partition, offset }: (typeof records)[number]) => `${partition}@${offset}`;
      const fresh = records.filter((record) => !taken.has(placeOf(record)));
      taken = new Set(records.map(placeOf));
      if (fresh.length > 0) await stack.publish(fresh);
      return fresh.length;
    },
    /** The table loses these items. */
    async lose(...ids: readonly string[]): Promise<void> {
      for (const id of ids) {
        const input = { TableName: place.table, Key: { id: { S: id } } };
        await client.send(new DeleteItemCommand(input));
      }
    },
    /** The groups table loses this row. */
    async loseGroup(group: string): Promise<void> {
      const input = { TableName: groupsTable, Key: { group: { S: group } } };
      await client.send(new DeleteItemCommand(input));
    },
    postReindex: (body: object) =>
      call(handler, { method: 'POST', path: '/api/dlq/reindex', body: JSON.stringify(body) }),
    /** Over HTTP, until nothing is left. @returns all that was done */
    async reindexOverHttp() {
      const sum: Record<string, number> = {};
      let cursor: string | null = null;
      do {
        const answer = await own.postReindex(cursor === null ? {} : { cursor });
        expect(answer).toMatchObject({ status: 200 });
        const { success: _, cursor: next, ...counts } = z.parse(reindexAnswer, answer.body);
        cursor = next;
        for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
      } while (cursor !== null);
      return sum;
    },
    async close() {
      client.destroy();
      await stack.close();
    },
  };
  return own;
}
