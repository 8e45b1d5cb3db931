/** Writes records of 200 B; arguments: brokers, topic, partitions, number of records. */
import kafkajs from 'kafkajs';
import { sendResult } from './send-result.ts';

const CALL_RECORDS = 5_000;
const VALUE_BYTES = 200;

const [brokers = '', topic = '', partitions = '', count = ''] = process.argv.slice(2);
const producer = new kafkajs.Kafka({
  brokers: brokers.split(','),
  logLevel: kafkajs.logLevel.ERROR,
}).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();
for (let sent = 0; sent < Number(count); sent += CALL_RECORDS) {
  const length = Math.min(CALL_RECORDS, Number(count) - sent);
  const messages = Array.from({ length }, (_, index) => ({
    value: String(sent + index).padEnd(VALUE_BYTES, '.'),
    partition: (sent + index) % Number(partitions),
  }));
  await producer.send({ topic, messages });
}
await producer.disconnect();
sendResult(true);
