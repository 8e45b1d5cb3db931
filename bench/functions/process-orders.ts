import { batchHandler } from '../../lib/lambda/batch-handler.ts';
import { simulateFailure } from '../../lib/orders/failure-simulation.ts';
import { decodeOrderEvent, readOrderId, type OrderEvent } from '../../lib/orders/order-event.ts';
import type { Business } from '../../lib/ports/business.ts';
import type { Log } from '../../lib/ports/log.ts';
import { wireBatchProcessing } from '../../lib/wire.ts';

/** Orders that are checked, and fail where they are there to fail, but are not stored; it tells when an attempt starts. */
const storeless = (log: Log): Business<OrderEvent> => ({
  readId: readOrderId,
  decode: decodeOrderEvent,
  handle({ body: { orderId } }, context) {
    const { attempt } = context;
    log.info('attempt starts', { orderId, attempt, startedAtMs: Date.now() });
    simulateFailure(orderId, context);
    return Promise.resolve();
  },
});

/** The service's own process-orders and retry-orders over that business. */
export const handler = batchHandler(
  wireBatchProcessing(process.env, (_config, log) => storeless(log)),
);
