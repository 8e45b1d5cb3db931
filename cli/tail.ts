/** `npm run tail`: shows the records of a topic. See TAIL_HELP. */
import { createKafkaConnection } from '../lib/effect/kafka/connection.ts';
import { createRecordReader } from '../lib/effect/kafka/reader.ts';
import { systemClock as clock } from '../lib/effect/system-clock.ts';
import { brokersOf, noSuchTopic, unanswered } from './brokers.ts';
import { runCommand } from './command.ts';
import { recordBlock } from './record-block.ts';
import { parseTailArguments, TAIL_HELP, waitingText } from './tail-arguments.ts';
import { tailRecords } from './tail-records.ts';

const TIMEOUT_MS = 10_000;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));

await runCommand('tail', async () => {
  const parsed = parseTailArguments(process.argv.slice(2));
  if (parsed.kind === 'help') return void process.stdout.write(TAIL_HELP);
  const brokers = brokersOf(process.env);
  const connection = createKafkaConnection({ brokers, clientId: 'order-service-tail' });
  const reader = createRecordReader({ connection, clock });
  try {
    const offsets = await reader.offsets(parsed.topic, clock.nowMs() + TIMEOUT_MS);
    if (offsets === undefined) throw noSuchTopic(parsed.topic, brokers);
    const waiting = waitingText(parsed);
    if (waiting !== undefined) process.stderr.write(`${waiting}\n`);
    for await (const record of tailRecords({ ...parsed, offsets }, { reader, clock })) {
      process.stdout.write(`${recordBlock(record)}\n`);
    }
  } catch (error) {
    if ((error as Error).name === 'AppError') throw unanswered(error);
    throw error;
  } finally {
    connection.close();
  }
});
