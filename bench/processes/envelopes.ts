import { base64OrNull, headersJson } from '../../lib/codec/record-content.ts';
import { toEnvelope } from '../../lib/decide/envelope.ts';
import type { Envelope } from '../../lib/model/dead-letter.ts';
import { bytes, orderEvent } from '../../test/support/builders.ts';
import { failedEvent } from '../../test/support/dead-letters.ts';
import { memoryEnvelopeCodec } from '../../test/support/envelope-codecs.ts';
import { sendResult } from './send-result.ts';

/** Microseconds an envelope, one value for each round; sizes in bytes. */
export interface Envelopes {
  readonly encoding: readonly number[];
  readonly decoding: readonly number[];
  readonly avroBytes: number;
  readonly jsonBytes: number;
}

const ORDER_BYTES = 1_000;
const WARM_UP_ROUNDS = 100;
const ROUNDS = 300;
const ENVELOPES = 200;

/** Of an order of about 1 KB. */
function envelopeOfOrder(): Envelope {
  const items = [];
  let value: Uint8Array;
  do {
    items.push({ productId: `PRODUCT-${items.length}`, quantity: 2, price: 24.5 });
    value = bytes(JSON.stringify(orderEvent({ items })));
  } while (value.length < ORDER_BYTES);
  const record = { key: bytes('ORDER-1'), value, headers: [] };
  const orderId = 'ORDER-1';
  return toEnvelope(failedEvent({ record }), { orderId, consumerGroup: 'order-service-group' });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  for (let count = 0; count < ENVELOPES; count++) await work();
  return ((performance.now() - startedAtMs) * 1000) / ENVELOPES;
}

const envelope = envelopeOfOrder();
const framed = await memoryEnvelopeCodec.encode(envelope);
const json = JSON.stringify({
  ...envelope,
  originalKey: base64OrNull(envelope.originalKey),
  originalValue: base64OrNull(envelope.originalValue),
  originalHeaders: headersJson(envelope.originalHeaders),
});
const encoding: number[] = [];
const decoding: number[] = [];
for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  const encodingUs = await timed(() => memoryEnvelopeCodec.encode(envelope));
  const decodingUs = await timed(() => memoryEnvelopeCodec.decode(framed));
  if (round < WARM_UP_ROUNDS) continue;
  encoding.push(encodingUs);
  decoding.push(decodingUs);
}
sendResult({
  encoding,
  decoding,
  avroBytes: framed.length,
  jsonBytes: Buffer.byteLength(json),
} satisfies Envelopes);
