import { createFramedValues } from '../../lib/flow/framed-values.ts';
import { batchHandler } from '../../lib/lambda/batch-handler.ts';
import { orderBusiness } from '../../lib/orders/business.ts';
import type { OrderStore } from '../../lib/orders/order-store.ts';
import type { Business } from '../../lib/ports/business.ts';
import { wireBatchProcessing } from '../../lib/wire.ts';
import { lambdaContext } from '../../test/support/http-events.ts';
import { orderBatch } from './order-batch.ts';
import { sendResult } from './send-result.ts';

/** Microseconds a record, one value for each round. */
export interface Overhead {
  readonly nothing: readonly number[];
  readonly orders: readonly number[];
  readonly parsing: readonly number[];
}

const NO_AVRO = createFramedValues(() => Promise.reject(new Error('nothing is Avro here')));
const RECORDS = 1_000;
const WARM_UP_ROUNDS = 100;
const ROUNDS = 300;

const nothing: Business<null> = {
  readId: () => 'ORDER-1',
  decode: () => ({ ok: true, body: null }),
  handle: () => Promise.resolve(),
};
const store: OrderStore = {
  putIfAbsent: () => Promise.resolve({ kind: 'stored' }),
  get: () => Promise.resolve(undefined),
};
const handlerOf = (business: Business<unknown>) =>
  batchHandler(wireBatchProcessing({ KAFKA_BROKERS: '127.0.0.1:1' }, () => business));

const text = orderBatch({ count: RECORDS, topic: 'order-events' });
const handlers = {
  nothing: handlerOf(nothing),
  orders: handlerOf(orderBusiness({ store, failureSimulation: false, framed: NO_AVRO })),
};
const times = { nothing: [] as number[], orders: [] as number[], parsing: [] as number[] };

async function timed(what: keyof typeof times, work: () => unknown, isWarm: boolean) {
  const startedAtMs = performance.now();
  await work();
  const tookMs = performance.now() - startedAtMs;
  if (isWarm) times[what].push((tookMs * 1000) / RECORDS);
}

for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  const isWarm = round >= WARM_UP_ROUNDS;
  let event: unknown;
  await timed('parsing', () => (event = JSON.parse(text)), isWarm);
  for (const name of ['nothing', 'orders'] as const) {
    const context = lambdaContext(60_000);
    await timed(name, () => handlers[name](event, context), isWarm);
  }
}
sendResult(times satisfies Overhead);
