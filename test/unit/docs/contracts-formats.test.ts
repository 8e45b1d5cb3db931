import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toAttributes } from '../../../lib/effect/dynamodb/dead-letter-attributes.ts';
import { countOf } from '../../../lib/effect/dynamodb/group-rows.ts';
import { toChunkRows, toJobRow } from '../../../lib/effect/dynamodb/job-rows.ts';
import { parseAwsWrapper } from '../../../lib/codec/aws-wrapper.ts';
import { toBatchResponse } from '../../../lib/codec/batch-response.ts';
import { DEAD_LETTER_ENVELOPE_SCHEMA } from '../../../lib/codec/dead-letter-envelope.ts';
import { parseIntakeEvent } from '../../../lib/codec/intake-event.ts';
import { encodeCursor } from '../../../lib/codec/list-cursor.ts';
import { headersJson } from '../../../lib/codec/record-content.ts';
import { readRetryState, RETRY_STATE_HEADER } from '../../../lib/codec/retry-state.ts';
import { elevenFields, toDeadLetterItem } from '../../../lib/decide/dead-letter-item.ts';
import { deadLetterId } from '../../../lib/decide/dead-letter-id.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import { RETRY_STATE_BYTES_MAX } from '../../../lib/model/retry.ts';
import { orderEventSchema } from '../../../lib/orders/order-event.ts';
import { idOf } from '../../support/dead-letter-items.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { plannedJob, startedJob } from '../../support/jobs.ts';
import { jsonOf, namesOf, readPage, sectionOf, tablesOf } from '../../support/markdown.ts';
import { DEAD_LETTER_STATES, HISTORY_KINDS } from '../../../lib/model/dead-letter.ts';
import { ROOT } from '../../support/source-files.ts';

type Json = Record<string, unknown>;

const page = readPage('docs/contracts.md');
const section = (heading: string) => sectionOf(page, heading);
const fixture = (name: string) =>
  JSON.parse(readFileSync(join(ROOT, 'test/fixtures', name), 'utf8')) as Json;
const envelope = toEnvelope(failedEvent(), { orderId: 'ORDER-1', consumerGroup: 'group' });

/** Rows of a table whose second column says that the field is always there. */
const alwaysThere = (heading: string, table = 0) =>
  (tablesOf(section(heading))[table] ?? []).filter(([, there]) => there === 'always');

const without = (json: Json, field: string): Json =>
  Object.fromEntries(Object.entries(json).filter(([name]) => name !== field));

it('the order event: every field, and no other', () => {
  expect(namesOf(section('The order event'))).toEqual(Object.keys(orderEventSchema.shape));
});

describe('the header retry.state', () => {
  const text = section('The header `retry.state`');
  const example = jsonOf(text) as Json;
  const read = (state: unknown) =>
    readRetryState([{ key: RETRY_STATE_HEADER, value: Buffer.from(JSON.stringify(state)) }]);

  it('the example is one that the codec takes, with every field of the table', () => {
    expect(read(example)).toMatchObject({ kind: 'valid', state: { attempt: 2 } });
    expect(namesOf(text)).toEqual(Object.keys(example));
  });

  it('a field is needed exactly where the table says so', () => {
    const needed = Object.keys(example).filter(
      (field) => read(without(example, field)).kind !== 'valid',
    );
    expect(needed).toEqual(alwaysThere('The header `retry.state`').map(([name]) => name));
  });

  it('says how long it may be', () => {
    expect(text).toContain(`at most ${RETRY_STATE_BYTES_MAX.toLocaleString('en-US')} bytes`);
  });
});

describe('the intake event', () => {
  const text = section('The intake event');
  const kinds = [
    { kind: 'failed', name: 'intake-event-v1.json', others: ['leftOut', 'redrive'] },
    { kind: 'processed', name: 'intake-event-v1-processed.json', others: [] },
    { kind: 'purge', name: 'intake-event-v1-purge.json', others: [] },
  ].map((of, table) => ({ ...of, table, golden: fixture(of.name) }));
  const [{ golden }] = kinds as [(typeof kinds)[number]];

  it.each(kinds)('$kind: the table has the golden fixture’s fields, and no other', (of) => {
    expect(of.golden['kind']).toBe(of.kind);
    expect(namesOf(text, of.table)).toEqual([...Object.keys(of.golden), ...of.others]);
    expect(text.split('**`')[of.table + 1]).toMatch(new RegExp(`^${of.kind}\`[^]*${of.name}`));
  });

  it('there is a table for each kind', () => {
    expect(tablesOf(text)).toHaveLength(kinds.length);
    const { unreadable } = parseIntakeEvent({ ...golden, kind: 'x' }) as { unreadable?: string };
    expect(unreadable).toContain('kind');
  });

  it('the header block: the example is what the code makes of the golden fixture’s headers', () => {
    const example = /`"(\w+[^"]*)"`/.exec(section('The header block'))?.[1];
    const { headers } = golden['record'] as Json;
    expect(example).toBe(headers);
    expect(headersJson(failedEvent().record.headers)).toBe(example);
  });

  it.each(kinds)('$kind: a field is needed exactly where the table says so', (of) => {
    const needed = Object.keys(of.golden).filter(
      (field) => 'unreadable' in parseIntakeEvent(without(of.golden, field)),
    );
    expect(needed).toEqual(alwaysThere('The intake event', of.table).map(([name]) => name));
  });
});

describe('AWS’s wrapper', () => {
  const rows = tablesOf(section("AWS's wrapper"))[0] ?? [];

  it.each(rows)('%s (needed: %s)', (path, needed) => {
    const json = structuredClone(fixture('aws-on-failure-record.json'));
    const names = path?.split('.') ?? [];
    const last = names.pop() ?? '';
    const parent = names.reduce((at, name) => at[name] as Json, json);
    expect(parent).toHaveProperty(last);
    // Nobody could tell a wrapper without `payload` from an event: the table names what is inside.
    delete parent[last];
    expect('unreadable' in parseAwsWrapper(json)).toBe(needed === 'yes');
  });
});

describe('the envelope', () => {
  const names = namesOf(section('The envelope'));

  const { fields } = JSON.parse(DEAD_LETTER_ENVELOPE_SCHEMA) as { fields: { name: string }[] };

  it('the table has the schema’s fields, in its order', () => {
    expect(names).toEqual(fields.map(({ name }) => name));
  });

  it('the table has every field that an envelope has, and no other', () => {
    expect(names.toSorted()).toEqual(Object.keys(envelope).toSorted());
  });

  it('names the eleven fields in one sentence', () => {
    const sentence = section('The envelope').split('Eleven of these')[1] ?? '';
    const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named).toEqual(Object.keys(elevenFields(envelope)));
  });
});

it('the dead letter’s id: the example is what the code makes of it', () => {
  const [, topic = '', partition, offset, timestampMs, id] =
    /Origin `\["order-service","(.+)",(\d+),(\d+),(\d+)\]` has the id\s+`(\w+)`/.exec(
      section("The dead letter's id"),
    ) ?? [];
  const origin = {
    topic,
    partition: Number(partition),
    offset: Number(offset),
    timestampMs: Number(timestampMs),
  };
  expect(deadLetterId(origin)).toBe(id);
});

it('the batch response: the example is the answer to two unsettled records', () => {
  const outcome = (topic: string, partition: number, offset: number) =>
    ({ topic, partition, offset, kind: 'unsettled' }) as const;
  const settled = { ...outcome('order-events', 0, 10), kind: 'processed' } as const;
  const two = [settled, outcome('order-events', 0, 11), outcome('order-events', 3, 7)];
  expect(jsonOf(section('The batch response'))).toEqual(toBatchResponse(two));
});

it('the index item: every attribute, and no other', () => {
  const written = {
    at: { topic: 'order-events-dlq', partition: 0, offset: 1 },
    bytesMissing: false,
  };
  const next = { kind: 'open', revision: 1, arrivedAtMs: 1, previous: undefined } as const;
  const item = toDeadLetterItem(envelope, next, written, { group: 'a', nowMs: 1 });
  const attributes = Object.keys(toAttributes({ ...item, expiresAtMs: 1 }));
  const own = attributes.filter((name) => !Object.hasOwn(elevenFields(envelope), name));
  expect(namesOf(section('Tables'), 1).toSorted()).toEqual(own.toSorted());
});

it('the row of a group: what is read of it, and what it is listed by', () => {
  const counts = DEAD_LETTER_STATES.map(countOf);
  const read = ['title', 'errorType', 'example', 'firstSeenAtMs', 'lastSeenAtMs', ...counts];
  const keys = ['group', 'version', 'list', 'activity'];
  expect(namesOf(section('Tables'), 2).toSorted()).toEqual([...read, ...keys].toSorted());
});

it('the rows of a job: every attribute, and no other', () => {
  const rows = [toJobRow(startedJob()), ...toChunkRows(plannedJob(), [idOf(1)])];
  const attributes = new Set(rows.flatMap((row) => Object.keys(row)));
  expect(namesOf(section('Tables'), 3).toSorted()).toEqual([...attributes].toSorted());
});

it('the list cursor: every field', () => {
  const cursor = encodeCursor({ atMs: 1, id: 'a' }, {});
  const fields = Object.keys(JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Json);
  const sentence = section('Tables').split('A list cursor')[1] ?? '';
  for (const field of fields) expect(sentence).toContain(`\`${field}\``);
});

describe('the life of a dead letter', () => {
  const [states = [], changes = []] = tablesOf(section('The life of a dead letter'));

  it('has every state, and every change', () => {
    expect(states.map(([state]) => state)).toEqual([...DEAD_LETTER_STATES]);
    expect(changes.map(([change = '']) => change).toSorted()).toEqual(HISTORY_KINDS.toSorted());
  });
});
