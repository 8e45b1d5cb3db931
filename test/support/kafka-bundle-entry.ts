import { createInterface } from 'node:readline';
import { createKafkaConnection } from '../../lib/effect/kafka/connection.ts';
import { createRecordPublisher } from '../../lib/effect/kafka/publisher.ts';
import { createRecordReader } from '../../lib/effect/kafka/reader.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';

/** A line on stdin. */
export interface BundleCommand {
  readonly topic: string;
  readonly withinMs: number;
  /** Values in base64. */
  readonly headers: readonly (readonly [string, string | null])[];
}

/** A line on stdout: what became of one record with those headers, and what was read back. */
export interface BundleAnswer {
  readonly kind: string;
  readonly firstFailures: number;
  readonly headers: BundleCommand['headers'];
  /** Timers that are running. */
  readonly timers: number;
}

/* Bundled and run in a process of its own by kafka-bundle.test.ts; argument: the brokers. */
const brokers = (process.argv[2] ?? '').split(',');
const connection = createKafkaConnection({ brokers, clientId: 'bundle' });
const publisher = createRecordPublisher({ connection, clock: systemClock });
const reader = createRecordReader({ connection, clock: systemClock });

async function answer(command: BundleCommand): Promise<BundleAnswer> {
  const result = await publishAndRead(command);
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  return { ...result, timers };
}

async function publishAndRead({ topic, withinMs, headers }: BundleCommand) {
  let firstFailures = 0;
  const record = {
    partition: 0,
    key: null,
    value: null,
    headers: headers.map(([key, value]) => ({
      key,
      value: value === null ? null : Buffer.from(value, 'base64'),
    })),
  };
  const [outcome] = await publisher.publish([{ topic, build: () => record }], {
    deadlineMs: Date.now() + withinMs,
    onFirstFailure: () => firstFailures++,
  });
  const kind = outcome?.kind ?? 'none';
  if (outcome?.kind !== 'acknowledged') return { kind, firstFailures, headers: [] };
  const window = { recordsMax: 1, bytesMax: 1e6, deadlineMs: Date.now() + 10_000 };
  const [read] = await reader.read(topic, 0, outcome.offset, window);
  const back = (read?.headers ?? []).map(
    ({ key, value }) =>
      [key, value === null ? null : Buffer.from(value).toString('base64')] as const,
  );
  return { kind, firstFailures, headers: back };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  void answer(JSON.parse(line) as BundleCommand).then((result) =>
    process.stdout.write(`${JSON.stringify(result)}\n`),
  );
});
process.stdin.on('end', () => connection.close());
