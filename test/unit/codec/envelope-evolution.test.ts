import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import { parseAvroSchema } from '../../../lib/codec/avro/schema.ts';
import { writeAvro } from '../../../lib/codec/avro/write.ts';
import { DEAD_LETTER_ENVELOPE_SCHEMA } from '../../../lib/codec/dead-letter-envelope.ts';
import { decodeEnvelope, encodeEnvelope, ENVELOPE_TYPE } from '../../../lib/codec/envelope.ts';
import { ENVELOPE_SCHEMA_VERSION, toEnvelope } from '../../../lib/decide/envelope.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { GOLDEN_V1 } from '../../support/golden-envelopes.ts';

type Schema = { fields: { name: string; type: unknown; default?: unknown }[] };

const FOLDER = new URL('../../fixtures/envelopes/', import.meta.url).pathname;
const versions = readdirSync(FOLDER).filter((name) => /^v\d+$/.test(name));
const released = (version: string) => readFileSync(join(FOLDER, version, 'schema.avsc'), 'utf8');
const envelope = toEnvelope(failedEvent(), { orderId: 'ORDER-1', consumerGroup: 'group' });
const today = JSON.parse(DEAD_LETTER_ENVELOPE_SCHEMA) as Schema;
const with_ = (...fields: Schema['fields']) => ({ ...today, fields: [...today.fields, ...fields] });
const NOTE = { name: 'note', type: ['null', 'string'], default: null };

/** What keeps one schema from reading the other's values, by another implementation of Avro; undefined: nothing. */
function incompatibility(a: unknown, b: unknown): string | undefined {
  const [one, other] = [a, b].map((schema) => avro.Type.forSchema(schema as never));
  try {
    one?.createResolver(other!);
    other?.createResolver(one!);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(versions)('released %s', (version) => {
  const schema = parseAvroSchema(released(version));
  const files = readdirSync(join(FOLDER, version)).filter((name) => name.endsWith('.avro'));

  it('is fully compatible with today’s schema: a change that is not is refused here', () => {
    expect(incompatibility(today, JSON.parse(released(version)))).toBeUndefined();
  });

  it.each(files)('%s is read by today’s code', (file) => {
    const read = decodeEnvelope(schema, readFileSync(join(FOLDER, version, file)));
    expect(read).toMatchObject({ schemaVersion: Number(version.slice(1)) });
    expect(read).toMatchObject({ id: GOLDEN_V1[file.replace('.avro', '')]?.id });
  });

  it('its reader reads today’s envelopes', () => {
    const read = decodeEnvelope(ENVELOPE_TYPE, encodeEnvelope(envelope), schema);
    expect(read).toMatchObject({ id: envelope.id, errorType: 'ValueError', retryCount: 3 });
  });
});

it('today’s schema is the newest released one, word for word, or has a version of its own', () => {
  const newest = `v${ENVELOPE_SCHEMA_VERSION}`;
  expect(versions).toContain(newest);
  expect(JSON.parse(released(newest))).toEqual(today);
});

it.each<[string, unknown]>([
  ['a field without default', with_({ name: 'note', type: 'string' })],
  ['a field less', { ...today, fields: today.fields.slice(1) }],
  [
    'a narrower type',
    { ...today, fields: [{ name: 'schemaVersion', type: 'string' }, ...today.fields.slice(1)] },
  ],
])('the check would refuse %s', (_name, changed) => {
  expect(incompatibility(changed, today)).toBeDefined();
});

it('the check lets a field with default pass', () => {
  expect(incompatibility(with_(NOTE), today)).toBeUndefined();
});

it('an envelope of a newer version is shown: what is known, and the rest as it is', () => {
  const place = today.fields.find(({ name }) => name === 'failedAt')?.type as Schema;
  const rack = { name: 'rack', type: ['null', 'long'], default: null };
  const fields = today.fields.map((field) =>
    field.name === 'failedAt'
      ? { ...field, type: { ...place, fields: [...place.fields, rack] } }
      : field,
  );
  const newer = parseAvroSchema(JSON.stringify({ ...today, fields: [...fields, NOTE] }));
  const failedAt = { ...envelope.failedAt, rack: 2n ** 60n };
  const written = {
    ...envelope,
    schemaVersion: 9,
    reason: 'process-killed',
    note: 'new',
    failedAt,
  };

  expect(decodeEnvelope(newer, writeAvro(newer, written))).toEqual({
    ...(decodeEnvelope(ENVELOPE_TYPE, encodeEnvelope(envelope)) as object),
    schemaVersion: 9,
    reason: 'process-killed',
    unknownFields: { note: 'new', failedAt: { ...failedAt, rack: String(2n ** 60n) } },
  });
});

it('a later reader gets the default of a field that an old writer did not know', () => {
  const later = parseAvroSchema(JSON.stringify(with_({ ...NOTE, default: null })));
  expect(decodeEnvelope(ENVELOPE_TYPE, encodeEnvelope(envelope), later)).toMatchObject({
    id: envelope.id,
    note: null,
  });
});
