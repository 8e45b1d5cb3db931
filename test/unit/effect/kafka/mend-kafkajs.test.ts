import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { afterEach, expect, test, vi } from 'vitest';
import '../../../../lib/effect/kafka/mend-kafkajs.ts';

afterEach(() => vi.restoreAllMocks());

test('an idle request queue sets no timer', () => {
  const setTimeout = vi.spyOn(globalThis, 'setTimeout');
  new RequestQueue({ clientId: '', broker: '' }).scheduleCheckPendingRequests();
  expect(setTimeout).not.toHaveBeenCalled();
});

test('a request queue with a pending request, e.g. while it is throttled, still does', () => {
  const setTimeout = vi.spyOn(globalThis, 'setTimeout').mockReturnValue(0 as never);
  const queue = new RequestQueue({ clientId: '', broker: '' });
  Object.assign(queue, { pending: [{}] });
  queue.scheduleCheckPendingRequests();
  expect(setTimeout).toHaveBeenCalledOnce();
});
