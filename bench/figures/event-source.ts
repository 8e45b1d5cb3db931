import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { createKafkaTestClient, createTopic } from '../../test/support/kafka-client.ts';
import { startEventSourceProcess } from '../../test/support/event-source.ts';
import { until } from '../../test/support/until.ts';
import { benchMapping } from '../bench-mapping.ts';
import { runChild } from '../child.ts';
import type { Bench, Benchmark, Line } from '../figure.ts';
import type { EventSourceRun } from '../processes/event-source-reads.ts';
import { ratesOf, type Progress } from '../progress.ts';
import { percentile, spreadOf } from '../spread.ts';

/** The first ones warm up processors' caches, compilers and heaps, and do not count. */
const WARM_UP_RECORDS = 500_000;
const RECORDS = 1_000_000;
/** kafkajs 2.2.4 sets timers to a time before now (tulios/kafkajs#1751). */
const QUIET = ['--disable-warning=TimeoutNegativeWarning'];
const PARTITIONS = 4;
const STRETCHES = 5;
const MB = 1_000_000;
const LATENCY = { warmUp: 250, windows: 3, perWindow: 500, everyMs: 20 } as const;
const IDLE = { windows: 3, windowMs: 10_000 } as const;

export const eventSource: Benchmark = {
  name: 'event-source',
  method:
    'The local event source mapping alone, in provisioned mode with a window of 0, its functions in processes of their own and frozen between invocations; topics of 4 partitions. Throughput and memory: 1,500,000 records of 200 B that are there already, batches of 1,000, a function that does nothing; the first 500,000 do not count; committed records a second in each fifth of the others. A bare kafkajs consumer (`eachBatch` that does nothing) in a process of its own has read the same topic just before, and the share is that of each fifth. Memory: what is resident of the event source and its functions, twice a second; highest in the second half divided by the highest in the first. Latency: a record every 20 ms, from the call of the producer (kafkajs, acks=all, in another process) to the first line of the handler; 250 do not count, then three windows of 500. Idle: processor time of the event source and its function over three windows of 10 s, after the function has served a batch, in per cent of one core.',
  async run(bench) {
    const { kafkaBrokers } = await bench.stack();
    const client = await createKafkaTestClient(kafkaBrokers);
    const makeTopic = async () => {
      const topic = `bench-${randomUUID().slice(0, 8)}`;
      await createTopic(client.admin, topic, PARTITIONS);
      return topic;
    };
    try {
      const lines: Line[] = [];
      lines.push(...(await throughput(bench, kafkaBrokers, await makeTopic())));
      lines.push(...(await latency(bench, kafkaBrokers, await makeTopic())));
      lines.push(await idle(bench, kafkaBrokers, await makeTopic()));
      return lines;
    } finally {
      await client.close();
    }
  },
};

async function fill(brokers: string, topic: string, records: number): Promise<void> {
  const args = [brokers, topic, String(PARTITIONS), String(records)];
  await runChild('fill-topic.ts', { args, execArgv: QUIET });
}

async function throughput({ say }: Bench, brokers: string, topic: string): Promise<Line[]> {
  const total = WARM_UP_RECORDS + RECORDS;
  say(`${total} records are written`);
  await fill(brokers, topic, total);
  const args = [brokers, topic, String(total)];
  say('kafkajs reads them');
  const consumer = { args, execArgv: QUIET };
  const bare = ratesOf(
    (await runChild<readonly Progress[]>('kafkajs-consumer.ts', consumer)).filter(isWarm),
    STRETCHES,
  );
  say('the event source reads them');
  const { looks, memory } = await runChild<EventSourceRun>('event-source-reads.ts', { args });
  const ours = ratesOf(looks.filter(isWarm), STRETCHES);
  const middle = WARM_UP_RECORDS + RECORDS / 2;
  const warm = memory.filter(isWarm);
  const first = peakOf(warm.filter(({ count }) => count <= middle));
  const second = peakOf(warm.filter(({ count }) => count > middle));
  const shares = ours.map((rate, index) => (100 * rate) / (bare[index] ?? Number.NaN));
  return [
    {
      figure: 'Event source, 200 B records through a function that does nothing',
      unit: 'records/s',
      spread: spreadOf(ours),
      atLeast: 20_000,
    },
    { figure: '– a bare kafkajs consumer', unit: 'records/s', spread: spreadOf(bare) },
    { figure: '– share of that', unit: '%', spread: spreadOf(shares) },
    {
      figure: 'Event source over 1,000,000 records: memory, second half ÷ first half',
      unit: '×',
      spread: spreadOf([second / first]),
      atMost: 1.1,
    },
    { figure: '– at most', unit: 'MB', spread: spreadOf([Math.max(first, second) / MB]) },
  ];
}

function isWarm({ count }: { readonly count: number }): boolean {
  return count >= WARM_UP_RECORDS;
}

function peakOf(memory: EventSourceRun['memory']): number {
  return Math.max(...memory.map(({ bytes }) => bytes));
}

async function latency({ say }: Bench, brokers: string, topic: string): Promise<Line[]> {
  const { warmUp, windows, perWindow, everyMs } = LATENCY;
  const total = warmUp + windows * perWindow;
  say(`produce to handler: ${(total * everyMs) / 1000} s`);
  const took: number[] = [];
  const running = startEventSourceProcess(
    {
      brokers: brokers.split(','),
      ...benchMapping({ topic, functionName: 'latency', batchSize: 100 }),
    },
    (message) => {
      if (message.kind !== 'output') return;
      took.push(...(JSON.parse(message.output.line) as { tookMs: number[] }).tookMs);
    },
  );
  const producer = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: 1 }).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  try {
    await Promise.all([running.ready, producer.connect()]);
    const startedAtMs = performance.now();
    const sends: Promise<unknown>[] = [];
    for (let index = 0; index < total; index++) {
      await sleep(Math.max(0, startedAtMs + index * everyMs - performance.now()));
      const value = String(process.hrtime.bigint());
      sends.push(producer.send({ topic, messages: [{ value, partition: index % PARTITIONS }] }));
    }
    await Promise.all(sends);
    await until('every record at the handler', () => took.length >= total || undefined);
  } finally {
    await producer.disconnect();
    await running.stop();
  }
  const at = (share: number) =>
    spreadOf(
      Array.from({ length: windows }, (_, window) => {
        const from = warmUp + window * perWindow;
        return percentile(took.slice(from, from + perWindow), share);
      }),
    );
  const figure = 'Event source, produce to handler';
  return [
    { figure: `${figure}: p50`, unit: 'ms', spread: at(0.5), atMost: 10 },
    { figure: `${figure}: p99`, unit: 'ms', spread: at(0.99), atMost: 50 },
  ];
}

async function idle({ say }: Bench, brokers: string, topic: string): Promise<Line> {
  const { windows, windowMs } = IDLE;
  const records = 100;
  say(`idle: ${(windows * windowMs) / 1000} s`);
  await fill(brokers, topic, records);
  const args = [brokers, topic, ...[records, windows, windowMs].map(String)];
  const shares = await runChild<readonly number[]>('event-source-rests.ts', { args });
  const percent = shares.map((share) => 100 * share);
  return { figure: 'Event source, idle', unit: '%', spread: spreadOf(percent), atMost: 1 };
}
