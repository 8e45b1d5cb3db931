import { randomUUID } from 'node:crypto';
import { tableInputs } from '../../infra/tables.ts';
import { realEnvelopeCodec } from './envelope-codecs.ts';
import { encodeIntakeEvent } from '../../lib/codec/intake-event.ts';
import { partitionOfKey } from '../../lib/decide/partition.ts';
import { readDeadLetter } from '../../lib/flow/read-dead-letter.ts';
import type { Envelope, IntakeEvent } from '../../lib/model/dead-letter.ts';
import type { ConsumedRecord, RecordContent } from '../../lib/model/record.ts';
import { ensureTables } from '../../localstack/dynamodb-tables.ts';
import { createDeadLetterWriter, type WriterPlace } from './dead-letter-writer.ts';
import { createKafkaTestClient, createTopic, type KafkaTestClient } from './kafka-client.ts';

const PARTITIONS = 3;
const COPY_CONFIG = { 'max.message.bytes': String(8 * 1024 * 1024) };

export type DeadLetterStack = Awaited<ReturnType<typeof startDeadLetterStack>>;

/** Topics and an index table of a test's own, on a real broker and the DynamoDB stand-in. */
export async function startDeadLetterStack(
  addresses: Pick<WriterPlace, 'brokers' | 'schemaRegistryUrl' | 'dynamodbEndpoint'>,
  dlqConfig: Readonly<Record<string, string>> = {},
) {
  const order = `order-${randomUUID()}`;
  const topics = { order, intake: `${order}-dlq-intake`, dlq: `${order}-dlq` };
  const table = `dead-letters-${randomUUID()}`;
  const place = { ...addresses, topics, table };
  const kafka = await createKafkaTestClient(addresses.brokers);
  await createTopic(kafka.admin, topics.intake, PARTITIONS, COPY_CONFIG);
  const compacted = { ...COPY_CONFIG, 'cleanup.policy': 'compact', ...dlqConfig };
  await createTopic(kafka.admin, topics.dlq, PARTITIONS, compacted);
  const inputs = tableInputs({
    ordersTable: `${table}-orders`,
    deadLettersTable: table,
    groupsTable: `${table}-groups`,
    jobsTable: `${table}-jobs`,
  });
  await ensureTables(addresses.dynamodbEndpoint, inputs.slice(1));
  const writer = await createDeadLetterWriter(place);
  const { index } = writer;
  const codec = realEnvelopeCodec(addresses.schemaRegistryUrl, topics.dlq);
  const hand = (content: RecordContent) => handToIntake(kafka, topics.intake, content);
  return {
    ...writer,
    place,
    codec,
    kafka,
    topics,
    /** Writes any record to the intake topic, and gives it as the mapping would. */
    hand,
    handEvent: (event: IntakeEvent) => hand(encodeIntakeEvent(event)),
    read: (id: string) =>
      readDeadLetter(id, Date.now() + 10_000, {
        index,
        reader: kafka.reader,
        codec,
      }),
    records: (topic: string) => allRecords(kafka, topic),
    /** The envelope that the DLQ topic holds last for each id. */
    async envelopes(): Promise<Map<string, Envelope>> {
      const envelopes = new Map<string, Envelope>();
      for (const { value } of await allRecords(kafka, topics.dlq)) {
        const envelope = await codec.decode(value ?? Buffer.alloc(0));
        if ('unreadable' in envelope) throw new Error(envelope.unreadable);
        envelopes.set(envelope.id, envelope);
      }
      return envelopes;
    },
    items: async () => (await index.list({}, 100, null)).items,
    async close() {
      writer.close();
      await kafka.close();
    },
  };
}

async function handToIntake(
  kafka: KafkaTestClient,
  topic: string,
  content: RecordContent,
): Promise<ConsumedRecord> {
  const { key } = content;
  const build = (count: number) => ({
    ...content,
    partition: key === null ? 0 : partitionOfKey(key, count),
  });
  const options = { deadlineMs: Date.now() + 10_000 };
  const [outcome] = await kafka.publisher.publish([{ topic, build }], options);
  if (outcome?.kind !== 'acknowledged') throw new Error(`the intake gave ${outcome?.kind}`);
  const read = await kafka.readAll(topic, outcome.partition);
  return read.find((record) => record.offset === outcome.offset)!;
}

async function allRecords(kafka: KafkaTestClient, topic: string): Promise<ConsumedRecord[]> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) =>
    kafka.readAll(topic, partition),
  );
  return (await Promise.all(partitions)).flat();
}
