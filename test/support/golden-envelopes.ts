import { smallerEnvelope, toEnvelope } from '../../lib/decide/envelope.ts';
import type { Envelope } from '../../lib/model/dead-letter.ts';
import { failedEvent } from './dead-letters.ts';

const CONTEXT = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };
const whole = toEnvelope(failedEvent(), CONTEXT);
const empty = { key: null, value: null, headers: [] };

/** What the golden files of schema version 1 hold, by their names. */
export const GOLDEN_V1: Readonly<Record<string, Envelope>> = {
  order: whole,
  'no-value': toEnvelope(failedEvent({ record: empty, reason: 'undecodable' }), {
    ...CONTEXT,
    orderId: undefined,
  }),
  'no-utf-8': toEnvelope(
    failedEvent({
      record: { key: Buffer.alloc(0), value: Buffer.from([0xff, 0x00]), headers: [] },
    }),
    { ...CONTEXT, orderId: undefined },
  ),
  'bytes-missing': smallerEnvelope(smallerEnvelope(whole) ?? whole) ?? whole,
};
