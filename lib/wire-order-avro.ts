import type { Config } from './config.ts';
import { createFramedWriter } from './flow/framed-writer.ts';
import { ORDER_EVENT_SCHEMA } from './orders/order-event-schema.ts';
import { schemasOf } from './wire-schemas.ts';

/** What writes orders in Avro. */
export function avroOrderWriterOf(config: Config) {
  return createFramedWriter(schemasOf(config), config.topics.order, ORDER_EVENT_SCHEMA);
}
