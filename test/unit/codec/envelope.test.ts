import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonEnvelopeCodec } from '../../../lib/codec/envelope.ts';
import { smallerEnvelope, toEnvelope } from '../../../lib/decide/envelope.ts';
import { failedEvent, failedEventArbitrary } from '../../support/dead-letters.ts';

const { encode, decode } = jsonEnvelopeCodec;
const GOLDEN = new URL('../../fixtures/envelope-v1.json', import.meta.url);
const CONTEXT = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };
const bytes = (json: unknown) => Buffer.from(JSON.stringify(json));

it('is the golden fixture, byte for byte', async () => {
  const encoded = await encode(toEnvelope(failedEvent(), CONTEXT));
  expect(Buffer.from(encoded).toString()).toBe(readFileSync(GOLDEN, 'utf8').trim());
});

it('reads back as the same envelope, whatever the bytes in it and however small it was made', async () => {
  await fc.assert(
    fc.asyncProperty(failedEventArbitrary, fc.nat(2), async (event, steps) => {
      let envelope = toEnvelope(event, CONTEXT);
      for (let step = 0; step < steps; step++) envelope = smallerEnvelope(envelope) ?? envelope;
      expect(await decode(await encode(envelope))).toEqual(envelope);
    }),
  );
});

it.each<[string, Uint8Array, RegExp]>([
  ['nothing', Buffer.alloc(0), /JSON/],
  ['bytes that are no UTF-8', Buffer.from([0xff]), /JSON/],
  ['another document', bytes({ orderId: 'ORDER-1' }), /schemaVersion/],
  ['a newer version', bytes({ ...golden(), schemaVersion: 2 }), /schemaVersion/],
  ['an offset below 0', bytes({ ...golden(), originalOffset: -1 }), /originalOffset/],
  [
    'headers cut off',
    bytes({ ...golden(), originalHeaders: 'AQ==' }),
    /originalHeaders.*room for 0/,
  ],
  ['a value that is no base64', bytes({ ...golden(), originalValue: '*' }), /originalValue/],
])('%s is no envelope', async (_name, value, fault) => {
  expect(await decode(value)).toEqual({ unreadable: expect.stringMatching(fault) });
});

function golden(): object {
  return JSON.parse(readFileSync(GOLDEN, 'utf8')) as object;
}
