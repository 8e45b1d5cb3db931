import { until, type Answer, type Api } from './api.ts';
import type { LogLine } from './log-lines.ts';
import type { Report } from './report.ts';

export interface Stage {
  readonly api: Api;
  readonly report: Report;
  /** Makes the ids of this run unlike those of every other. */
  readonly run: string;
  /** `npm run produce -- …` */
  readonly produce: (args: readonly string[]) => Promise<void>;
  /** Keys whose last record in the DLQ topic is a tombstone. */
  readonly dlqTombstones: () => Promise<ReadonlySet<string>>;
  /** Calls `seen` for each log line of the functions from now on; returns how to stop. */
  readonly onLog: (seen: (line: LogLine) => void) => () => void;
}

/** So long at most, on a machine that has much else to do. */
const SETTLED_MS = 30_000;
const DEAD_AFTER_MS = 60_000;
/** A log line comes another way than an answer. */
const SAID_AFTER_MS = 5_000;
const FIRST_WAIT_MS = 1_000;

type Message = Readonly<Record<string, unknown>>;

export async function goodOrder({ api, report, run }: Stage): Promise<void> {
  const orderId = `ORDER-${run}-good`;
  report.scene('1. A good order');
  const created = await api.post('/api/create-order', { orderId, numItems: 2 });
  const { topic, partition, offset } = created.body;
  report.tell(
    `POST /api/create-order {"orderId": "${orderId}", "numItems": 2} → ${created.status}`,
  );
  report.check(
    `accepted, and acknowledged by the broker: ${String(topic)}-${String(partition)} offset ${String(offset)}`,
    created.status === 202 && created.body['success'] === true && typeof offset === 'number',
    JSON.stringify(created.body),
  );
  const order = await processed(api, orderId);
  report.tell(`GET /api/orders/${orderId} → ${order === undefined ? 'not there' : '200'}`);
  const total = Number(order?.['totalAmount']);
  const shipping = Number(order?.['shippingCost']);
  report.check(
    `processed: total ${total}, shipping ${shipping} (2 %)`,
    order !== undefined && Math.abs(shipping - total * 0.02) <= 0.005 + 1e-9,
    JSON.stringify(order),
  );
}

export async function failingOrder(stage: Stage): Promise<void> {
  const { api, report, run } = stage;
  const orderId = `ORDER-TEST-FAIL-${run}`;
  report.scene('2. An order that fails every time');
  const failures = followFailures(stage, orderId);
  await api.post('/api/create-order', { orderId, numItems: 1 });
  report.tell(`POST /api/create-order {"orderId": "${orderId}", "numItems": 1} → 202`);

  const info = await until(() => waitingInfo(api, orderId), SETTLED_MS);
  report.tell('GET /api/dlq/info, while it waits:');
  report.show(JSON.stringify(info ?? 'not seen', null, 2));
  report.check('it is seen waiting', info !== undefined);

  await othersGoOn(stage);

  const message = await until(() => deadLetterOf(api, orderId), DEAD_AFTER_MS, 100);
  await until(async () => failures.wasSent() || undefined, SAID_AFTER_MS);
  failures.stop();
  report.tell(`GET /api/dlq/messages?orderId=${orderId}:`);
  report.show(JSON.stringify(message ?? 'not there', null, 2));
  checkElevenFields(report, message, {
    errorMessage: 'Simulated processing failure',
    errorType: 'ValueError',
    retryCount: 3,
    failedAttempts: 4,
    originalTopic: 'order-events',
    consumerGroup: 'order-service-group',
    reason: 'retries-exhausted',
  });
  const [first, ...later] = failures.timesMs;
  const waits = later.map((timeMs, index) => timeMs - (failures.timesMs[index] ?? 0));
  report.check(
    `tried 4 times; waits ${waits.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(', ')} (at least 1, 2 and 4 s)`,
    first !== undefined && [1000, 2000, 4000].every((leastMs, i) => (waits[i] ?? 0) >= leastMs),
  );
}

/** Tells each attempt of the order as the functions log it. */
function followFailures({ onLog, report }: Stage, orderId: string) {
  const timesMs: number[] = [];
  let sent = false;
  const stop = onLog((line) => {
    if (line.orderId !== orderId) return;
    if (/^(Will retry|Max retries|Message sent)/.test(line.message)) report.tell(line.message);
    if (/^(Will retry|Max retries)/.test(line.message)) timesMs.push(line.failedAtMs ?? 0);
    sent ||= line.message.startsWith('Message sent');
  });
  return { timesMs, stop, wasSent: () => sent };
}

async function othersGoOn({ api, report, run }: Stage): Promise<void> {
  const ids = [1, 2, 3].map((number) => `ORDER-${run}-meanwhile-${number}`);
  const startMs = performance.now();
  await Promise.all(ids.map((orderId) => api.post('/api/create-order', { orderId, numItems: 1 })));
  const orders = await Promise.all(ids.map((orderId) => processed(api, orderId)));
  const seconds = ((performance.now() - startMs) / 1000).toFixed(2);
  report.check(
    `meanwhile three other orders are processed within ${seconds} s: nobody is held up`,
    orders.every((order) => order !== undefined),
  );
}

export async function flakyOrder({ api, report, run }: Stage): Promise<void> {
  const orderId = `ORDER-TEST-FLAKY-1-${run}`;
  report.scene('3. A flaky order: fails once, then succeeds');
  const createdMs = performance.now();
  await api.post('/api/create-order', { orderId, numItems: 1 });
  report.tell(`POST /api/create-order {"orderId": "${orderId}", "numItems": 1} → 202`);
  const early = await api.get(`/api/orders/${orderId}`);
  report.check(
    `not there at once: GET /api/orders/${orderId} → ${early.status}`,
    // Whoever asks this late may find it.
    early.status === 404 || performance.now() - createdMs > FIRST_WAIT_MS,
  );
  const order = await processed(api, orderId);
  report.check('it recovers by itself, at its second attempt', order !== undefined);
  report.check('and is no dead letter', (await deadLetterOf(api, orderId)) === undefined);
}

export async function noOrder({ api, report, run, produce }: Stage): Promise<void> {
  const value = `these are no order bytes ${run} \u0001`;
  report.scene('4. Bytes that are no order at all');
  const valueBase64 = Buffer.from(value).toString('base64');
  const headerArgs = ['a=1', 'b=2', 'a=3'].flatMap((header) => ['--header', header]);
  const args = ['--value-base64', valueBase64, ...headerArgs];
  report.tell(`npm run produce -- ${args.join(' ')}`);
  await produce(args);
  const listed = await until(
    () => deadLetterWhere(api, (m) => m['originalMessage'] === value),
    SETTLED_MS,
  );
  checkElevenFields(report, listed, { retryCount: 0, failedAttempts: 1, reason: 'undecodable' });
  const whole = await api.get(`/api/dlq/messages/${String(listed?.['id'])}`);
  const message = whole.body['message'] as Message | undefined;
  const headers = (message?.['originalHeaders'] ?? []) as { key: string; value: string }[];
  const read = headers.map(
    ({ key, value: text }) => `${key}=${Buffer.from(text, 'base64').toString()}`,
  );
  report.check(
    `GET /api/dlq/messages/{id}: the bytes as they were, and its headers in order: ${read.join(' ')}`,
    message?.['originalValue'] === valueBase64 && read.join(' ') === 'a=1 b=2 a=3',
    JSON.stringify(message),
  );
}

export async function noValue({ api, report, run, produce }: Stage): Promise<void> {
  const key = `KEY-${run}-null`;
  report.scene('5. A record without value');
  report.tell(`npm run produce -- --null --key ${key}`);
  await produce(['--null', '--key', key]);
  const listed = await until(
    () => deadLetterWhere(api, (m) => m['originalMessage'] === null),
    SETTLED_MS,
  );
  checkElevenFields(report, listed, {
    originalMessage: null,
    retryCount: 0,
    reason: 'undecodable',
  });
  const whole = await api.get(`/api/dlq/messages/${String(listed?.['id'])}`);
  const message = whole.body['message'] as Message | undefined;
  report.check(
    `its key is there (${key}), its value is null`,
    message?.['originalKey'] === Buffer.from(key).toString('base64') &&
      message['originalValue'] === null,
    JSON.stringify(message),
  );
}

export async function nothingLeft({ api, report }: Stage): Promise<void> {
  report.scene('6. Afterwards');
  const info = await until(async () => {
    const { body } = await api.get('/api/dlq/info');
    const stats = body['consumerStats'] as { messagesInRetry?: number; isRunning?: boolean };
    return stats.messagesInRetry === 0 ? stats : undefined;
  }, SETTLED_MS);
  report.check('nothing waits in retry: every offset is committed', info !== undefined);
  report.check('the consumer group of the order topic is running', info?.isRunning === true);
}

const ELEVEN_FIELDS = [
  'originalMessage',
  'errorMessage',
  'errorType',
  'retryCount',
  'failedAttempts',
  'firstFailureTimestamp',
  'lastFailureTimestamp',
  'originalTopic',
  'originalPartition',
  'originalOffset',
  'consumerGroup',
] as const;

function checkElevenFields(report: Report, message: Message | undefined, expected: Message): void {
  const missing = ELEVEN_FIELDS.filter((field) => message === undefined || !(field in message));
  const different = Object.entries(expected)
    .filter(([field, value]) => message?.[field] !== value)
    .map(
      ([field, value]) =>
        `${field} is ${JSON.stringify(message?.[field])}, not ${JSON.stringify(value)}`,
    );
  const told = Object.entries(expected).map(
    ([field, value]) => `${field} ${JSON.stringify(value)}`,
  );
  report.check(
    `in the dead letter queue with its eleven fields: ${told.join(', ')}`,
    missing.length === 0 && different.length === 0,
    [...missing.map((field) => `${field} is missing`), ...different].join('; '),
  );
}

async function processed(api: Api, orderId: string): Promise<Message | undefined> {
  return until(async () => {
    const { status, body } = await api.get(`/api/orders/${orderId}`);
    return status === 200 ? (body['order'] as Message) : undefined;
  }, SETTLED_MS);
}

async function waitingInfo(api: Api, orderId: string): Promise<Answer['body'] | undefined> {
  const { body } = await api.get('/api/dlq/info');
  const stats = body['consumerStats'] as { retryTrackerDetails: { orderId: string }[] };
  return stats.retryTrackerDetails.some((one) => one.orderId === orderId) ? body : undefined;
}

const deadLetterOf = (api: Api, orderId: string) =>
  firstOf(api, `?orderId=${encodeURIComponent(orderId)}`, () => true);

const deadLetterWhere = (api: Api, holds: (message: Message) => boolean) =>
  firstOf(api, '?reason=undecodable&limit=100', holds);

async function firstOf(
  api: Api,
  query: string,
  holds: (message: Message) => boolean,
): Promise<Message | undefined> {
  const { body } = await api.get(`/api/dlq/messages${query}`);
  return ((body['messages'] ?? []) as Message[]).find(holds);
}
