/**
 * A process that publishes one dead letter and dies of SIGKILL when the DLQ topic has acknowledged its envelope, before
 * the item is in the index. Arguments: the place, and the intake record's topic, partition and offset, as JSON.
 */
import { createDeadLetterWriter, type WriterPlace } from './dead-letter-writer.ts';
import { createKafkaTestClient } from './kafka-client.ts';
import type { TopicPartitionOffset } from '../../lib/model/record.ts';

const [placeJson = '', recordJson = ''] = process.argv.slice(2);
const place = JSON.parse(placeJson) as WriterPlace;
const { topic, partition, offset } = JSON.parse(recordJson) as TopicPartitionOffset;

const kafka = await createKafkaTestClient(place.brokers);
const records = await kafka.readAll(topic, partition);
const writer = await createDeadLetterWriter(place);
await writer.publish(
  records.filter((record) => record.offset === offset),
  {
    around: (index) => ({
      ...index,
      put: () => {
        process.kill(process.pid, 'SIGKILL');
        return new Promise(() => undefined);
      },
    }),
  },
);
