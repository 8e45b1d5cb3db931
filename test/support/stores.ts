import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { realEnvelopeCodec } from './envelope-codecs.ts';
import type { Config } from '../../lib/config.ts';
import { createDeadLetterIndex } from '../../lib/effect/dynamodb/dead-letter-index.ts';
import { createOrderStore } from '../../lib/effect/dynamodb/order-store.ts';
import type { DeadLetterItem, Envelope } from '../../lib/model/dead-letter.ts';
import type { DeadLetterIndex } from '../../lib/ports/dead-letter-index.ts';
import type { ProcessedOrder } from '../../lib/orders/order-store.ts';
import type { KafkaTestClient } from './kafka-client.ts';
import { until } from './until.ts';

/** A dead letter as topic and index have it. */
export interface FoundDeadLetter {
  readonly envelope: Envelope;
  readonly item: DeadLetterItem;
}

/** What a record left behind. */
export interface Stores {
  storedOrder(orderId: string): Promise<ProcessedOrder | undefined>;
  /** Waits until it is there. */
  untilStored(orderId: string): Promise<ProcessedOrder>;
  readonly deadLetters: DeadLetterIndex;
  /** All envelopes in the DLQ topic. */
  envelopes(): Promise<readonly Envelope[]>;
  /** Waits until so many dead letters are in topic and index alike. */
  untilDeadLetters(count: number, timeoutMs?: number): Promise<readonly FoundDeadLetter[]>;
}

export interface StoresDeps {
  readonly config: Config;
  readonly client: KafkaTestClient;
  /** Where to look when something does not come. */
  readonly describe: () => string;
  /** Default: that of the test run. */
  readonly dynamodbEndpoint?: string;
}

export function createStores(deps: StoresDeps): Stores {
  const { config, client, describe, dynamodbEndpoint = inject('dynamodbEndpoint') } = deps;
  const load = dynamoDbLoader(dynamodbEndpoint);
  const index = createDeadLetterIndex({ table: config.deadLettersTable, load });
  const codec = realEnvelopeCodec(config.schemaRegistryUrl, config.topics.dlq);
  const orders = createOrderStore({ table: config.ordersTable, load });

  const envelopes = async (): Promise<readonly Envelope[]> => {
    const topic = config.topics.dlq;
    const partitions = (await client.reader.offsets(topic, Date.now() + 30_000)) ?? [];
    const lists = partitions.map(({ partition }) => client.readAll(topic, partition));
    const values = (await Promise.all(lists))
      .flat()
      .flatMap(({ value }) => (value === null ? [] : [value]));
    return Promise.all(
      values.map(async (value) => {
        const envelope = await codec.decode(value);
        if ('unreadable' in envelope) throw new Error(envelope.unreadable);
        return envelope;
      }),
    );
  };

  const found = async (): Promise<readonly FoundDeadLetter[]> => {
    const byId = new Map((await envelopes()).map((envelope) => [envelope.id, envelope]));
    const pairs = [...byId.values()].map(async (envelope) => {
      const item = await index.get(envelope.id);
      return item === undefined ? [] : [{ envelope, item }];
    });
    return (await Promise.all(pairs)).flat();
  };

  return {
    deadLetters: index,
    storedOrder: (orderId) => orders.get(orderId),
    untilStored: (orderId) =>
      until(`order ${orderId} in the store`, () => orders.get(orderId), { describe }),
    envelopes,
    untilDeadLetters(count, timeoutMs) {
      let last: readonly FoundDeadLetter[] = [];
      return until(
        `${count} dead letters in topic and index`,
        async () => {
          last = await found();
          return last.length >= count ? last : undefined;
        },
        { ...(timeoutMs && { timeoutMs }), describe: () => `${last.length} came. ${describe()}` },
      );
    },
  };
}

function dynamoDbLoader(endpoint: string) {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return async () => ({ sdk: await import('@aws-sdk/client-dynamodb'), client });
}
