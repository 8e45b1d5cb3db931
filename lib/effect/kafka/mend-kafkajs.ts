import Connection from 'kafkajs/src/network/connection.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { SILENT_LOGGER } from './silent-logger.ts';

/*
 * Mends kafkajs 2.2.4 at run time; importing this module is what does it. An idle connection polls its empty request
 * queue every millisecond (tulios/kafkajs#1751): a queue without pending requests sets no timer any more.
 * The module refuses to load where the mend does not take, e.g. because a bundler made a second copy of kafkajs.
 * Headers, kafkajs's other defect, never come near it: docs/decisions/own-record-batches.md.
 */

const METHOD = 'scheduleCheckPendingRequests';

function mendRequestQueue(): void {
  const original: unknown = Reflect.get(RequestQueue.prototype, METHOD);
  if (typeof original !== 'function') refuse(`its request queue has no method ${METHOD}`);
  RequestQueue.prototype[METHOD] = function scheduleCheckPendingRequests() {
    if (this.pending.length > 0) Reflect.apply(original, this, []);
  };
}

function checkRequestQueue(): void {
  const queue = new RequestQueue({ clientId: '', broker: '' });
  queue[METHOD]();
  if (queue.throttleCheckTimeoutId !== null) refuse('an idle request queue still polls');
}

function checkOneCopy(): void {
  const { requestQueue } = new Connection({ logger: SILENT_LOGGER });
  if (!(requestQueue instanceof RequestQueue)) refuse('there are two copies of it');
}

function refuse(fault: string): never {
  throw new Error(
    `kafkajs cannot be mended: ${fault}. Install the pinned version 2.2.4, and let no bundler make a second copy of it`,
  );
}

mendRequestQueue();
checkRequestQueue();
checkOneCopy();
