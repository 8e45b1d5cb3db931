import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORDER_BYTES_MAX } from '../../infra/topics.ts';
import { partitionOfKey } from '../../lib/decide/partition.ts';
import type { Envelope } from '../../lib/model/dead-letter.ts';
import type { RecordContent } from '../../lib/model/record.ts';
import type { LogLine } from '../support/log-lines.ts';
import { startService, type Place, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

/** A character that takes six in JSON. */
const CONTROL = '\u0001';

/** A batch of one record has some 70 bytes around it, and a length or two is longer for a large part. */
const AROUND_RECORD_BYTES = 90;

/** One retry shows what more of them would; half a million headers take seconds on every way. */
const env = { PROCESSING_TIMEOUT_MS: '2000', BATCH_SIZE_MAX: '10', DLQ_MAX_RETRIES: '1' };

describe('the largest record that the order topic takes is retried and dead-lettered whole', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ env });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('whose bytes are its value', async () => {
    const id = 'ORDER-TEST-FAIL-VALUE';
    const order = (bytes: number) => service.order(id, { note: 'x'.repeat(bytes) });
    const { record, place } = await produceLargest(service, order);
    const envelope = await deadLetterOf(service, place);
    expect(envelope).toMatchObject({ failedAttempts: 2, bytesMissing: false });
    expect(Buffer.from(envelope.originalValue ?? []).equals(record.value ?? Buffer.of())).toBe(
      true,
    );
    expect(envelope.originalMessage).toHaveLength(record.value?.length ?? 0);
  });

  it('whose bytes are a header’s, five characters each in the event', async () => {
    const order = (bytes: number) => ({
      ...service.order('ORDER-TEST-FAIL-HEADER'),
      headers: [{ key: 'h', value: Buffer.alloc(bytes, 0x80) }],
    });
    const { record, place } = await produceLargest(service, order);
    expect(shown(await deadLetterOf(service, place))).toEqual(whole(record, 2));
  });

  it('whose bytes are empty headers', async () => {
    const empty = { key: '', value: Buffer.alloc(0) };
    const record = {
      ...service.order('ORDER-TEST-FAIL-HEADERS'),
      headers: [] as RecordContent['headers'],
    };
    // Two bytes each: their lengths.
    const count = Math.floor((ORDER_BYTES_MAX - AROUND_RECORD_BYTES - bytesOf(record)) / 2);
    record.headers = Array.from({ length: count }, () => empty);
    expect(count).toBeGreaterThan(500_000);
    const place = await tryToProduce(service, record);
    if (place === undefined) throw new Error('the topic refuses it for its size');
    expect(shown(await deadLetterOf(service, place))).toEqual(whole(record, 2));
  });

  it('whose bytes are control characters in its key', async () => {
    const order = (bytes: number) => ({
      ...service.order('ORDER-TEST-FAIL-KEY'),
      key: Buffer.from(CONTROL.repeat(bytes)),
    });
    const { record, place } = await produceLargest(service, order);
    expect(shown(await deadLetterOf(service, place))).toEqual(whole(record, 2));
  });

  it('whose bytes are control characters in its value, which is no order', async () => {
    const order = (bytes: number) => ({
      ...service.order(''),
      value: Buffer.from(CONTROL.repeat(bytes)),
    });
    const { record, place } = await produceLargest(service, order);
    const said = 'Error: UndecodableError | Retry Count: 0';
    const envelope = await deadLetterOf(service, place, said);
    expect(shown(envelope)).toEqual(whole(record, 1));
    expect(envelope).toMatchObject({ reason: 'undecodable', originalMessageTruncated: false });
  });

  it('whose bytes are control characters in the name of a header', async () => {
    const order = (bytes: number) => ({
      ...service.order('ORDER-TEST-FAIL-NAME'),
      headers: [{ key: CONTROL.repeat(bytes), value: null }],
    });
    const { record, place } = await produceLargest(service, order);
    // Six characters each in the event: with a state behind them no invocation could carry them to a retry.
    const envelope = await deadLetterOf(service, place, 'Error: ValueError | Retry Count: 0');
    expect(shown(envelope)).toEqual(whole(record, 1));
    expect(envelope.errorCauses.at(-1)?.type).toBe('RetryRecordTooLarge');
  });
});

interface Produced {
  readonly record: RecordContent;
  readonly place: Place;
}

/** From the topic's limit downwards: the first that the broker takes is the largest. */
async function produceLargest(
  service: Service,
  order: (bytes: number) => RecordContent,
): Promise<Produced> {
  const room = ORDER_BYTES_MAX - bytesOf(order(0));
  for (let bytes = room; bytes > room - 2 * AROUND_RECORD_BYTES; bytes--) {
    const record = order(bytes);
    const place = await tryToProduce(service, record);
    if (place !== undefined) return { record, place };
  }
  throw new Error('the topic takes less than 1 MiB');
}

/** undefined: it is too large. */
async function tryToProduce(service: Service, record: RecordContent): Promise<Place | undefined> {
  const { key } = record;
  const build = (count: number) => ({
    ...record,
    partition: partitionOfKey(key ?? Buffer.of(), count),
  });
  const request = { topic: service.config.topics.order, build };
  const options = { deadlineMs: Date.now() + 30_000 };
  const [outcome] = await service.client.publisher.publish([request], options);
  if (outcome?.kind === 'acknowledged') return outcome;
  expect(outcome?.kind).toBe('too-large');
  return undefined;
}

function bytesOf({ key, value, headers }: RecordContent): number {
  const lengths = [key, value, ...headers.map((header) => header.value)];
  return lengths.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}

/** What a dead letter shows of a record: a test that fails must not print half a million headers. */
function shown(envelope: Envelope) {
  const { failedAttempts, bytesMissing } = envelope;
  const { originalKey: key, originalValue: value, originalHeaders: headers } = envelope;
  return { failedAttempts, bytesMissing, sha256: digest({ key, value, headers }) };
}

function whole(record: RecordContent, failedAttempts: number) {
  return { failedAttempts, bytesMissing: false, sha256: digest(record) };
}

function digest({ key, value, headers }: RecordContent): string {
  const hash = createHash('sha256');
  const add = (part: Uint8Array | null) => {
    hash.update(part === null ? 'null;' : `${part.length};`);
    if (part !== null) hash.update(part);
  };
  add(key);
  add(value);
  for (const header of headers) {
    add(Buffer.from(header.key));
    add(header.value);
  }
  return hash.digest('hex');
}

/** The log says when to look: reading half a million headers again and again would take the time that they need. */
async function deadLetterOf(
  service: Service,
  { partition, offset }: Place,
  said = 'Error: ValueError | Retry Count: 1',
): Promise<Envelope> {
  const isSent = (line: LogLine) =>
    // Metrics are lines without a message.
    String(line.message).startsWith('Message sent to DLQ') &&
    line.message.endsWith(said) &&
    line['partition'] === partition &&
    line['offset'] === offset;
  await until(`partition ${partition}, offset ${offset} in the DLQ`, () =>
    service.logged().find(isSent),
  );
  const found = (await service.envelopes()).find(
    (envelope) => envelope.originalPartition === partition && envelope.originalOffset === offset,
  );
  if (found === undefined) throw new Error('what the log says to be in the DLQ is not there');
  return found;
}
