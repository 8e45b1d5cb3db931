/** `npm run produce`: puts one record on a topic. See PRODUCE_HELP. */
import { parseConfig } from '../lib/config.ts';
import { partitionOfKey } from '../lib/decide/partition.ts';
import { createKafkaConnection } from '../lib/effect/kafka/connection.ts';
import { createRecordPublisher } from '../lib/effect/kafka/publisher.ts';
import { createRecordReader } from '../lib/effect/kafka/reader.ts';
import { systemClock as clock } from '../lib/effect/system-clock.ts';
import { LocalError } from '../localstack/local-error.ts';
import { brokersOf, noSuchTopic, unanswered } from './brokers.ts';
import { runCommand } from './command.ts';
import { parseProduceArguments, PRODUCE_HELP } from './produce-arguments.ts';

const TIMEOUT_MS = 10_000;

await runCommand('produce', async () => {
  const { env } = process;
  const { orderTopic } = parseConfig({ KAFKA_ORDER_TOPIC: env['KAFKA_ORDER_TOPIC'] });
  const parsed = parseProduceArguments(process.argv.slice(2), orderTopic);
  if (parsed.kind === 'help') return void process.stdout.write(PRODUCE_HELP);
  const { topic, key, value, headers } = parsed;
  const brokers = brokersOf(env);
  const connection = createKafkaConnection({ brokers, clientId: 'order-service-produce' });
  const deadlineMs = clock.nowMs() + TIMEOUT_MS;
  const offsets = await createRecordReader({ connection, clock })
    .offsets(topic, deadlineMs)
    .catch((error: unknown) => {
      throw unanswered(error);
    });
  if (offsets === undefined) throw noSuchTopic(topic, brokers);
  const build = (count: number) => ({
    partition: key === null ? Math.floor(Math.random() * count) : partitionOfKey(key, count),
    key,
    value,
    headers,
  });
  const publisher = createRecordPublisher({ connection, clock });
  const [outcome] = await publisher.publish([{ topic, build }], { deadlineMs });
  connection.close();
  if (outcome?.kind === 'acknowledged') {
    const { partition, offset } = outcome;
    process.stdout.write(`${topic}, partition ${partition}, offset ${offset}\n`);
    return;
  }
  if (outcome?.kind === 'too-large') {
    throw new LocalError(
      `${topic} refuses the record as too large: ${outcome.error.message}`,
      'The topic’s limit is its max.message.bytes (1 MiB for the order topic): make the record smaller.',
    );
  }
  throw new LocalError(
    `${topic} did not acknowledge the record within ${TIMEOUT_MS / 1000} s, so it may be there or not: ${outcome?.error.message}`,
    'Look with npm run tail, and check that the brokers are up.',
  );
});
