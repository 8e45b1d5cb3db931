import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOrderEvent, readOrderId } from '../../../lib/orders/order-event.ts';
import * as given from '../../support/builders.ts';

const json = (value: unknown) => given.bytes(JSON.stringify(value));

describe('decodeOrderEvent', () => {
  it('takes an order, and keeps fields that it does not know', () => {
    const order = given.orderEvent({ note: 'x' });
    expect(decodeOrderEvent(json(order))).toEqual({ ok: true, body: order });
  });

  it.each([
    [{ orderId: 'has space' }, 'orderId'],
    [{ orderId: 'x'.repeat(129) }, 'orderId'],
    [{ items: [] }, 'items'],
    [{ items: [{ productId: 'P', quantity: 0, price: 1 }] }, 'items.0.quantity'],
    [{ totalAmount: 1.999 }, 'totalAmount'],
    [{ totalAmount: -1 }, 'totalAmount'],
    [{ totalAmount: '1' }, 'totalAmount'],
    [{ totalAmount: 1e21 }, 'totalAmount'],
    [{ currency: 'usd' }, 'currency'],
    [{ createdAt: 'yesterday' }, 'createdAt'],
    [{ customerId: undefined }, 'customerId'],
  ])('%j is no order, and the message names the field', (over, field) => {
    const decoded = decodeOrderEvent(json(given.orderEvent(over)));
    expect(decoded).toMatchObject({ ok: false });
    expect(decoded.ok ? '' : decoded.message).toContain(field);
  });

  it.each([given.bytes(''), given.bytes('hello'), Uint8Array.of(0xc3, 0x28), given.bytes('null')])(
    'bytes that are no order (%s) are a value, not a throw',
    (value) => {
      expect(decodeOrderEvent(value).ok).toBe(false);
    },
  );

  it('decodes any bytes without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(given.bytes)), (value) => {
        expect(typeof decodeOrderEvent(value).ok).toBe('boolean');
      }),
    );
  });
});

describe('readOrderId', () => {
  it.each([
    [json({ orderId: 'ORDER-1' }), 'ORDER-1'],
    [json({ orderId: 'bad id' }), undefined],
    [json({ orderId: 7 }), undefined],
    [json([]), undefined],
    [given.bytes('nope'), undefined],
    [null, undefined],
  ])('%s gives %s', (value, gives) => {
    expect(readOrderId(value)).toBe(gives);
  });
});
