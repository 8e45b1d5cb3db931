import * as z from 'zod/mini';
import type { Decoded, RecordReading } from '../ports/business.ts';
import type { FramedValues } from '../ports/framed-values.ts';

/** 1 to 128 of letters, digits, `.`, `_`, `:`, `-`. */
export const ORDER_ID_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

const text = z.string().check(z.minLength(1), z.maxLength(200));

/** An amount of money: a JSON number, not negative, at most two decimals. Never calculated with as it is (money.ts). */
const amount = z.number().check(
  z.nonnegative(),
  z.maximum(9_999_999_999.99, 'Too big: at most 9999999999.99'),
  z.refine((value) => /^\d+(\.\d{1,2})?$/.test(String(value)), 'more than two decimals'),
);

const item = z.object({
  productId: text,
  quantity: z.int().check(z.positive(), z.maximum(1_000_000)),
  price: amount,
});

/** An order event. Fields that are not named here are kept. */
export const orderEventSchema = z.looseObject({
  eventType: text,
  orderId: z.string().check(z.regex(ORDER_ID_PATTERN)),
  customerId: text,
  items: z.array(item).check(z.minLength(1), z.maxLength(1000)),
  totalAmount: amount,
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  status: text,
  createdAt: z.iso.datetime({ offset: true }),
});

export type OrderEvent = z.infer<typeof orderEventSchema>;

/** Bytes → order event: JSON, or Avro with a registry's framing, by its own bytes. Never throws. */
export function decodeOrderEvent(value: Uint8Array, framed?: FramedValues): Decoded<OrderEvent> {
  const avro = framed?.textOf(value);
  if (avro !== undefined && 'unreadable' in avro) return { ok: false, message: avro.unreadable };
  const parsed = parse(value, framed);
  if (parsed === undefined) return { ok: false, message: 'The value is no UTF-8 JSON' };
  const result = orderEventSchema.safeParse(parsed);
  if (result.success) return { ok: true, body: result.data };
  const faults = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'value'}: ${message}`);
  return { ok: false, message: `The value is no order event: ${faults.join('; ')}` };
}

/** The order id of whatever carries a readable one, an order or not; undefined where there is none. Never throws. */
export function readOrderId(value: Uint8Array | null, framed?: FramedValues): string | undefined {
  const parsed = value === null ? undefined : parse(value, framed);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { orderId } = parsed as { orderId?: unknown };
  return typeof orderId === 'string' && ORDER_ID_PATTERN.test(orderId) ? orderId : undefined;
}

/** How the service's functions read orders that may be Avro. */
export function orderReading(framed: FramedValues): RecordReading {
  return {
    readId: (value) => readOrderId(value, framed),
    prepare: (value) => framed.prepare(value),
    textOf: (value) => {
      const avro = framed.textOf(value);
      return avro !== undefined && 'text' in avro ? avro.text : undefined;
    },
  };
}

function parse(value: Uint8Array, framed: FramedValues | undefined): unknown {
  const avro = framed?.textOf(value);
  if (avro === undefined) return parseJson(value);
  return 'text' in avro ? JSON.parse(avro.text) : undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(value));
  } catch {
    return undefined;
  }
}
