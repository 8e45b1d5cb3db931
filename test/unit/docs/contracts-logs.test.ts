import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { noFields } from '../../../lib/codec/api-schema.ts';
import { memoryEnvelopeCodec } from '../../support/envelope-codecs.ts';
import { encodeIntakeEvent } from '../../../lib/codec/intake-event.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import { decideRetry } from '../../../lib/decide/retry-decision.ts';
import { createBatchJournal } from '../../../lib/flow/batch-journal.ts';
import { countInGroups } from '../../../lib/flow/count-in-groups.ts';
import { createDeadLetterJournal } from '../../../lib/flow/dead-letter-journal.ts';
import { createEndJournal } from '../../../lib/flow/end-journal.ts';
import {
  createJobJournal,
  createSliceJournal,
  sayForeignRecord,
} from '../../../lib/flow/job-journal.ts';
import { createReindexJournal } from '../../../lib/flow/reindex-journal.ts';
import type { HandOff } from '../../../lib/flow/hand-over.ts';
import { publishDeadLetters } from '../../../lib/flow/publish-dead-letter.ts';
import { jsonAnswer } from '../../../lib/lambda/http-answer.ts';
import { httpHandler } from '../../../lib/lambda/http-handler.ts';
import { createLog } from '../../../lib/lambda/log.ts';
import type { Failure, Reason } from '../../../lib/model/failure.ts';
import type { DeadLetterIndex } from '../../../lib/ports/dead-letter-index.ts';
import type { LogFields } from '../../../lib/ports/log.ts';
import * as given from '../../support/builders.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';
import { startedJob } from '../../support/jobs.ts';
import { captureLog, noteMetrics } from '../../support/log-lines.ts';
import { namesOf, readPage, sectionOf, tablesOf } from '../../support/markdown.ts';
import { createMemoryGroupStore } from '../../support/memory-group-store.ts';
import { createMemoryPublisher } from '../../support/memory-publisher.ts';
import { sourceFiles } from '../../support/source-files.ts';

const page = readPage('docs/contracts.md');
const texts = tablesOf(sectionOf(page, 'Log texts'))[0] ?? [];
const fields = tablesOf(sectionOf(page, 'Log fields'))[0] ?? [];
const written = texts.map(([level, text]) => `${level} ${text}`);

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const trace = given.header('traceparent', TRACEPARENT);
const order = given.record({
  value: given.bytes('{"orderId":"ORDER-001"}'),
  headers: [trace],
});
const clock = { nowMs: () => 1_000, sleep: () => Promise.resolve(), after: () => () => undefined };
const policy = given.policy();
const deadLetter = failedEvent({ record: { key: null, value: order.value, headers: [trace] } });

vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
afterAll(() => vi.unstubAllEnvs());

/** These two are said where a function is composed, which takes a broker: their texts are looked up in the source. */
const SAID_IN_THE_SOURCE = {
  'INFO Order ORDER-001 accepted': 'log.info(`Order ${orderId} accepted`',
  'WARN ORDER_FAILURE_SIMULATION is on: orders named ORDER-TEST-… fail on purpose':
    "log.warn('ORDER_FAILURE_SIMULATION is on: orders named ORDER-TEST-… fail on purpose')",
};

/** Files that log: whoever logs elsewhere writes the text into the contracts, and the file's name here. */
const FILES_THAT_LOG = [
  'lib/flow/batch-journal.ts',
  'lib/flow/count-in-groups.ts',
  'lib/flow/dead-letter-journal.ts',
  'lib/flow/end-journal.ts',
  'lib/flow/job-journal.ts',
  'lib/flow/reindex-journal.ts',
  'lib/lambda/http-handler.ts',
  'lib/wire-create-order.ts',
  'lib/wire.ts',
];

/** Everything that the journals, the writer and the HTTP edge say, in the words of the contracts' examples. */
async function sayAll() {
  const captured = captureLog();
  const { metrics } = noteMetrics();
  sayBatch(captured.log, metrics);
  sayDeadLetter(captured.log, metrics);
  sayEnd(captured.log, metrics);
  await sayGroups(captured.log);
  sayReindex(captured.log);
  sayJobs(captured.log);
  await sayWriter(captured.log, metrics);
  await sayRequest(captured.log);
  return captured.lines();
}

type Log = ReturnType<typeof captureLog>['log'];
type Metrics = ReturnType<typeof noteMetrics>['metrics'];

function sayBatch(log: Log, metrics: Metrics): void {
  const business = { readId: () => 'ORDER-001' };
  const journal = createBatchJournal({ business, log, metrics, policy });
  const delivery = given.delivery({ record: order });
  const stack = { type: 'ValueError', message: 'no', stack: 'ValueError: no', causes: [] };
  const handOff = (attempt: number, reason?: Reason): HandOff => {
    const failure: Failure =
      reason === undefined
        ? { retriable: true, error: stack }
        : { retriable: false, reason, error: stack };
    const decision = decideRetry(failure, attempt, policy);
    return { delivery, failure, failedAtMs: 1_000, decision };
  };
  journal.processed(delivery);
  journal.handedOver(handOff(1), {
    partition: 0,
    state: { ...given.state(), notBeforeMs: 3_000 },
  });
  journal.failed(handOff(4));
  journal.failed(handOff(1, 'undecodable'));
  journal.notHandedOver(handOff(4), new Error('no broker'));
  journal.notHandedOver(handOff(1), new Error('no broker'));
  journal.unsettled(handOff(1), new Error('no broker'));
  const redrive = { id: 'redrive-1', count: 1 };
  const redriven = given.delivery({ record: order, state: given.state({ redrive }) });
  const outcome = { delivery: redriven, redrive, processedAtMs: 1_000 };
  journal.notHandedOver(outcome, new Error('no broker'));
  journal.unsettled(outcome, new Error('no broker'));
  const tooLate = given.state({ notBeforeMs: 3_600_000 });
  journal.dueTooLate(given.delivery({ record: order, state: tooLate }), 8_000);
  journal.notStarted(delivery);
  journal.notReadableYet(delivery, new Error('no registry'));
  journal.notReadable(delivery);
}

function sayDeadLetter(log: Log, metrics: Metrics): void {
  const journal = createDeadLetterJournal(deadLetter, () => 'ORDER-001', { log, metrics });
  journal.notHandedOn(new Error('no broker'));
  journal.sent(toEnvelope(deadLetter, { orderId: 'ORDER-001', consumerGroup: 'group' }), false);
  journal.notHandedOn(new Error('no index'));
  journal.unchanged();
  journal.newGroup('ValueError: Simulated processing failure');
  const large = createDeadLetterJournal(deadLetter, () => 'ORDER-001', { log, metrics });
  large.sent(toEnvelope(deadLetter, { orderId: 'ORDER-001', consumerGroup: 'group' }), true);
}

function sayEnd(log: Log, metrics: Metrics): void {
  const { id, origin, by } = deadLetter;
  const redrive = { id: 'redrive-1', count: 1 };
  const processed = { kind: 'processed', id, origin, redrive, by } as const;
  const event = { ...processed, attempts: 1, processedAtMs: 1_000 };
  const item = deadLetterItem({ id, state: 'redriving' });
  const journal = createEndJournal(event, { log, metrics });
  journal.notHandedOn(new Error('no broker'));
  journal.ended(item, { ...item, state: 'resolved' });
  journal.unchanged();
  journal.unsettled(given.record());
}

async function sayGroups(log: Log): Promise<void> {
  const groups = createMemoryGroupStore();
  groups.down = true;
  await countInGroups(undefined, deadLetterItem(), undefined, { groups, log });
}

function sayJobs(log: Log): void {
  const item = deadLetterItem({ id: deadLetter.id, state: 'redriving' });
  const job = startedJob({
    id: 'd3b07384-d9a0-4c3b-9b1a-0f6d5c1e7a42',
    planned: 200,
    reason: 'fixed',
  });
  const journal = createJobJournal(job, log);
  journal.started();
  journal.changed(item, { ...item, state: 'resolved' });
  journal.calledOff('ann');
  journal.listGone();
  journal.ended({ ...job, state: 'done' });
  journal.ended({ ...job, state: 'cancelled', cancelledBy: 'ann' });
  journal.ended({ ...job, state: 'stopped' });
  const slice = createSliceJournal(job.id, log);
  slice.heldUp(new Error('no broker'));
  slice.unsettled(new Error('no broker'));
  sayForeignRecord({ topic: 'order-events-dlq-jobs', partition: 0, offset: 7 }, 'no JSON', log);
}

function sayReindex(log: Log): void {
  const { id } = deadLetter;
  const item = deadLetterItem({ id, state: 'redriving' });
  const counts = {
    read: 1204,
    opened: 3,
    resolved: 1,
    erased: 2,
    renewed: 7,
    recounted: 5,
    unreadable: 1,
    left: 1,
  };
  const journal = createReindexJournal('alice', log);
  journal.began();
  journal.changed(item, { ...item, state: 'resolved' });
  journal.erasureAsked(id);
  journal.unreadable(id, { topic: 'order-events-dlq', partition: 0, offset: 7 }, 'no envelope');
  journal.sliceDone(counts, false);
  journal.sliceDone({ ...counts, read: 0, opened: 0, resolved: 0, erased: 0, renewed: 0 }, true);
}

/** A writer that has no time left. */
async function sayWriter(log: Log, metrics: Metrics): Promise<void> {
  const record = given.record({
    topic: 'order-events-dlq-intake',
    ...encodeIntakeEvent(deadLetter),
  });
  await publishDeadLetters([record], 0, {
    publisher: createMemoryPublisher(clock),
    index: {} as DeadLetterIndex,
    groups: createMemoryGroupStore(),
    codec: memoryEnvelopeCodec,
    business: { readId: () => 'ORDER-001' },
    clock,
    log,
    metrics,
    consumerGroup: 'group',
    resolvedRetentionMs: 1,
    identity: deadLetter.by,
    orderTopic: 'order-events',
    dlqTopic: 'order-events-dlq',
  });
}

async function sayRequest(log: Log): Promise<void> {
  const answer = () => Promise.resolve(jsonAnswer(202, {}));
  const handler = httpHandler({ schemas: { path: noFields, query: noFields }, clock, log, answer });
  const event = {
    rawPath: '/api/create-order',
    routeKey: 'POST /api/create-order',
    headers: { traceparent: TRACEPARENT },
    requestContext: { http: { method: 'POST' } },
  } as unknown as APIGatewayProxyEventV2;
  const context = {
    functionName: 'create-order',
    functionVersion: '1',
    awsRequestId: 'r',
    getRemainingTimeInMillis: () => 10_000,
  } as Context;
  await handler(event, context);
}

describe('log texts', () => {
  it('all that is said stands in the table, and nothing else does', async () => {
    const said = (await sayAll()).map(({ level, message }) => `${level} ${message}`);
    const expected = [...new Set([...said, ...Object.keys(SAID_IN_THE_SOURCE)])];
    expect(written.toSorted()).toEqual(expected.toSorted());
  });

  it.each(Object.entries(SAID_IN_THE_SOURCE))('%s', (_text, source) => {
    expect(sourceFiles('lib').some(({ text }) => text.includes(source))).toBe(true);
  });

  it.each(texts)('%s %s: says when', (_level, _text, when) => {
    expect(when).toMatch(/\w/);
  });

  it('nothing is logged anywhere else', () => {
    const logging = sourceFiles('lib')
      .filter(({ path }) => path !== 'lib/lambda/log.ts')
      .filter(({ text }) => /\blog\??\.(debug|info|warn|error|critical)\(/.test(text));
    expect(logging.map(({ path }) => path).toSorted()).toEqual(FILES_THAT_LOG);
  });
});

describe('log fields', () => {
  const ALWAYS = ['level', 'message', 'timestamp', 'sampling_rate'];
  const alsoAs = (cell = '') => [...cell.matchAll(/[\w.]+/g)].map(([name]) => name);
  const names = fields.flatMap(([name = '', also]) => [name, ...alsoAs(also)]);

  it('every field of every line stands in the table', async () => {
    const said = (await sayAll()).flatMap((line) => Object.keys(line));
    const unknown = [...new Set(said)].filter((name) => ![...names, ...ALWAYS].includes(name));
    expect(unknown).toEqual([]);
  });

  it('the names beside ours are those that the log writes', () => {
    const values = Object.fromEntries(
      fields.map(([name = '']) => [name, name === 'traceparent' ? TRACEPARENT : 'x']),
    ) as Record<string, string>;
    const stream = new PassThrough();
    const { service = '', ...rest } = values;
    createLog({ service }, stream).info('all', rest as LogFields);
    const line = JSON.parse(String(stream.read())) as object;
    expect(Object.keys(line).toSorted()).toEqual([...names, ...ALWAYS].toSorted());
  });

  it('names none twice', () => {
    expect(new Set(namesOf(sectionOf(page, 'Log fields'))).size).toBe(fields.length);
  });
});
