/** A bare kafkajs consumer reads a topic from its beginning; arguments: brokers, topic, number of records. */
import { performance } from 'node:perf_hooks';
import kafkajs from 'kafkajs';
import type { Progress } from '../progress.ts';
import { sendResult } from './send-result.ts';

const [brokers = '', topic = '', records = ''] = process.argv.slice(2);
const consumer = new kafkajs.Kafka({
  brokers: brokers.split(','),
  logLevel: kafkajs.logLevel.ERROR,
}).consumer({ groupId: `${topic}-kafkajs` });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
const looks: Progress[] = [];
let count = 0;
await new Promise<void>((resolve) => {
  void consumer.run({
    eachBatch({ batch }) {
      count += batch.messages.length;
      looks.push({ atMs: performance.now(), count });
      if (count >= Number(records)) resolve();
      return Promise.resolve();
    },
  });
});
await consumer.disconnect();
sendResult(looks);
