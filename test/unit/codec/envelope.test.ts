import { readFileSync } from 'node:fs';
import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AvroBytesError } from '../../../lib/codec/avro/read.ts';
import { parseAvroSchema } from '../../../lib/codec/avro/schema.ts';
import { decodeEnvelope, encodeEnvelope, ENVELOPE_TYPE } from '../../../lib/codec/envelope.ts';
import { DEAD_LETTER_ENVELOPE_SCHEMA } from '../../../lib/codec/dead-letter-envelope.ts';
import { smallerEnvelope, toEnvelope } from '../../../lib/decide/envelope.ts';
import { failedEvent, failedEventArbitrary } from '../../support/dead-letters.ts';
import { GOLDEN_V1 } from '../../support/golden-envelopes.ts';

const CONTEXT = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };
const golden = (name: string) =>
  readFileSync(new URL(`../../fixtures/envelopes/v1/${name}.avro`, import.meta.url));
const foreign = avro.Type.forSchema(JSON.parse(DEAD_LETTER_ENVELOPE_SCHEMA) as never, {
  wrapUnions: false,
});

it.each(Object.keys(GOLDEN_V1))('is the golden file %s, byte for byte', (name) => {
  expect(Buffer.from(encodeEnvelope(GOLDEN_V1[name]!)).equals(golden(name))).toBe(true);
});

it('reads back as the same envelope, whatever the bytes in it and however small it was made', () => {
  fc.assert(
    fc.property(failedEventArbitrary, fc.nat(2), (event, steps) => {
      let envelope = toEnvelope(event, CONTEXT);
      for (let step = 0; step < steps; step++) envelope = smallerEnvelope(envelope) ?? envelope;
      const bytes = encodeEnvelope(envelope);
      expect(decodeEnvelope(ENVELOPE_TYPE, bytes)).toEqual(envelope);
      // By the way of a writer that is another one, too.
      const another = parseAvroSchema(DEAD_LETTER_ENVELOPE_SCHEMA);
      expect(decodeEnvelope(another, bytes)).toEqual(envelope);
    }),
  );
});

it('another implementation of Avro reads it by the schema', () => {
  const envelope = toEnvelope(failedEvent(), CONTEXT);
  const { originalValue, ...rest } = foreign.fromBuffer(Buffer.from(encodeEnvelope(envelope))) as {
    originalValue: Buffer;
  };
  expect(originalValue.equals(envelope.originalValue!)).toBe(true);
  expect(rest).toMatchObject({ id: envelope.id, retryCount: 3, originalTopic: 'order-events' });
});

describe('what is none', () => {
  const without = (name: string) => {
    const schema = JSON.parse(DEAD_LETTER_ENVELOPE_SCHEMA) as { fields: { name: string }[] };
    const fields = schema.fields.filter((field) => field.name !== name);
    return parseAvroSchema(JSON.stringify({ ...schema, fields }));
  };

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half of one', golden('order').subarray(0, 200)],
    ['one and more', Buffer.concat([golden('order'), Buffer.of(0)])],
  ])('%s does not fit the schema', (_name, bytes) => {
    expect(() => decodeEnvelope(ENVELOPE_TYPE, bytes)).toThrow(AvroBytesError);
  });

  it('a schema without one of its fields is named by that field', () => {
    const writer = without('by');
    const order = golden('order');
    const by = 'retry-orders'.length + '$LATEST'.length + 'request-1'.length + 3;
    const read = decodeEnvelope(writer, order.subarray(0, order.length - by));
    expect(read).toEqual({ unreadable: 'field by is missing, or no record' });
  });

  it('a schema that is no record', () => {
    const read = decodeEnvelope(parseAvroSchema('"int"'), Buffer.of(2));
    expect(read).toEqual({ unreadable: 'it is no record' });
  });
});
