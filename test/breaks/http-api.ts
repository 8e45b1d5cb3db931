import type { Break } from './break.ts';

const CREATE = 'test/integration/http-create-order.test.ts';
const INFO = 'test/integration/http-dlq-info.test.ts';
const DEAD_LETTERS = 'test/integration/http-dead-letters.test.ts';
const HANDLER = 'test/unit/lambda/http-handler.test.ts';
const REFUSALS = 'test/integration/http-refusals.test.ts';
const LIST = 'test/unit/flow/list-dead-letters.test.ts';

/** What the HTTP API promises. */
export const HTTP_API: readonly Break[] = [
  {
    name: 'accepted-without-acknowledgement',
    guarantee: 'an order that no broker acknowledged never says success',
    file: 'lib/flow/publish-event.ts',
    find: "  throw new AppError(\n    'PUBLISH_NOT_ACKNOWLEDGED',",
    replace:
      "  if (outcome?.kind === 'unknown') return { topic, partition: 0, offset: 0 };\n  throw new AppError(\n    'PUBLISH_NOT_ACKNOWLEDGED',",
    test: {
      file: CREATE,
      name: 'an order that no broker acknowledged never says success > while the broker does not answer, within 10 s, and goes on when it does again',
    },
  },
  {
    name: 'deadline-over-ten-seconds',
    guarantee: 'Kafka down: 503 within 10 s',
    file: 'lib/lambda/http-handler.ts',
    find: 'export const HTTP_DEADLINE_MS = 7_000;',
    replace: 'export const HTTP_DEADLINE_MS = 12_000;',
    test: {
      file: INFO,
      name: 'a cluster that does not answer is a 503 within 10 s, and asked again when it is back',
    },
  },
  {
    name: 'trace-left-behind',
    guarantee: 'the caller’s trace goes with the record',
    file: 'lib/wire-create-order.ts',
    find: 'headers: traceHeaders(trace)',
    replace: 'headers: traceHeaders(trace).slice(2)',
    test: {
      file: CREATE,
      name: 'an order that is accepted > lies where the answer says, as the answer has it, with key and trace',
    },
  },
  {
    name: 'count-from-the-beginning',
    guarantee: 'messagesInRetry counts what is not committed',
    file: 'lib/decide/retry-backlog.ts',
    find: 'const fromOffset = Math.max(lowOffset, committed);',
    replace: 'const fromOffset = Math.min(lowOffset, committed);',
    test: {
      file: INFO,
      name: 'what waits > is counted from committed to last offset in every partition of every tier, and shown next due first',
    },
  },
  {
    name: 'corrupt-state-is-hidden',
    guarantee: 'a record whose state is corrupt is shown while it waits',
    file: 'lib/flow/describe-dlq.ts',
    find: 'return mapBounded(records, READS_MAX, async (record) => {',
    replace:
      'return mapBounded(records.filter(({ headers }) => headers.some(({ value }) => value?.[0] === 0x7b)), READS_MAX, async (record) => {',
    test: {
      file: INFO,
      name: 'what waits > is shown although its state is corrupt or its value is no order',
    },
  },
  {
    name: 'running-is-assumed',
    guarantee: 'isRunning is asked of the cluster',
    file: 'lib/decide/retry-backlog.ts',
    find: "    group.state === 'Stable' &&\n    group.members.some(({ assignments }) => (assignments.get(topic) ?? []).length > 0)",
    replace: '    group.state !== topic || group.members.length > 0',
    test: {
      file: INFO,
      name: 'is running while a mapping polls the order topic, and in step with what it commits',
    },
  },
  {
    name: 'api-loses-a-duplicate-header',
    guarantee: 'the API shows headers in the order of the record, duplicates included',
    file: 'lib/codec/dead-letter-json.ts',
    find: 'envelope.originalHeaders.map(({ key, value })',
    replace:
      '[...new Map(envelope.originalHeaders.map((header) => [header.key, header])).values()].map(({ key, value })',
    test: {
      file: DEAD_LETTERS,
      name: 'what became of a record > a dead letter is listed, and read with its exact bytes',
    },
  },
  {
    name: 'leave-out-small-bytes-first',
    guarantee: 'an answer that is too large leaves out no more than it must',
    file: 'lib/codec/dead-letter-json.ts',
    find: 'OMITTABLE.toSorted((a, b) => length(b) - length(a))',
    replace: 'OMITTABLE.toSorted((a, b) => length(a) - length(b))',
    test: {
      file: 'test/unit/codec/dead-letter-json.test.ts',
      name: 'a dead letter whole > of 500,000 empty headers leaves out the headers and keeps the bytes',
    },
  },
  {
    name: 'answer-over-lambdas-limit',
    guarantee: 'an answer fits what Lambda can hand back',
    file: 'lib/codec/answer-size.ts',
    find: '  return payloadBytes(text) <= PAYLOAD_BYTES_MAX;',
    replace: '  return payloadBytes(text) <= 4 * PAYLOAD_BYTES_MAX;',
    test: {
      file: 'test/unit/codec/answer-size.test.ts',
      name: '1.6 million quotes: fits is false',
    },
  },
  {
    name: 'cursor-for-any-list',
    guarantee: 'a cursor belongs to the filters that it was made with',
    file: 'lib/codec/list-cursor.ts',
    find: 'if (parsed.for !== fingerprint(list))',
    replace: 'if (parsed.for === fingerprint({ none: list }))',
    test: { file: LIST, name: 'filters > refuse the cursor of another list' },
  },
  {
    name: 'page-loses-what-did-not-fit',
    guarantee: 'the pages of the list hold every dead letter once',
    file: 'lib/flow/list-dead-letters.ts',
    find: 'const last = messages.length < items.length ?',
    replace: 'const last = messages.length > items.length ?',
    test: { file: LIST, name: 'pages > end where Lambda’s answer is full, and go on there' },
  },
  {
    name: 'stack-in-the-answer',
    guarantee: 'an answer shows nothing of an error that is none of ours',
    file: 'lib/lambda/http-answer.ts',
    find: 'const { code, message } = thrown instanceof AppError ? thrown : internal(requestId);',
    replace:
      'const { code, message } = thrown instanceof AppError ? thrown : { ...internal(requestId), message: String((thrown as Error)?.stack) };',
    test: {
      file: HANDLER,
      name: 'an error is an answer without its stack, and a log line with it',
    },
  },
  {
    name: 'unknown-fields-are-taken',
    guarantee: 'an unknown field of a request is refused with a suggestion',
    file: 'lib/orders/order-api.ts',
    find: 'export const createOrderBody = z.strictObject({',
    replace: 'export const createOrderBody = z.object({',
    test: {
      file: 'test/unit/lambda/http-validation.test.ts',
      name: 'names every fault at once',
    },
  },
  {
    name: 'server-answers-for-itself',
    guarantee: 'what the local HTTP server refuses is JSON with code and remedy',
    file: 'localstack/http-server.ts',
    find: 'if (refused === undefined) return h.continue;',
    replace: 'if (refused !== null) return h.continue;',
    test: {
      file: REFUSALS,
      name: 'the local API answers whatever is refused like the deployed one > a path with a malformed %',
    },
  },
  {
    name: 'preflight-is-a-success',
    guarantee: 'a refused method is a 405, wherever the request comes from',
    file: 'localstack/http-server.ts',
    find: "    delete request.headers['origin'];\n",
    replace: '',
    test: {
      file: REFUSALS,
      name: 'the local API answers whatever is refused like the deployed one > OPTIONS from another origin',
    },
  },
  {
    name: 'state-of-a-trace-that-is-none',
    guarantee:
      'tracestate goes along with the valid traceparent that it came with, and with no other',
    file: 'lib/codec/traceparent.ts',
    find: 'return { traceparent: newTraceparent(random) };',
    replace:
      "return { traceparent: newTraceparent(random), tracestate: headers['tracestate'] ?? '' };",
    test: {
      file: 'test/unit/codec/traceparent.test.ts',
      name: 'a state without a valid trace is dropped with it',
    },
  },
  {
    name: 'document-beside-the-validation',
    guarantee: 'the API document is made from the schemas that validate',
    file: 'lib/lambda/openapi.ts',
    find: 'schema: { ...schema, ...defaultAndExamples(fields.shape[name]) },',
    replace: "schema: { type: 'string', ...defaultAndExamples(fields.shape[name]) },",
    test: {
      file: 'test/unit/lambda/openapi.test.ts',
      name: 'makes parameters of what validates, as a client writes it',
    },
  },
  {
    name: 'limit-without-bound',
    guarantee: 'a page of the list has 1 to 100 messages',
    file: 'lib/codec/page-query.ts',
    find: 'z.maximum(100, LIMIT_REMEDY)',
    replace: 'z.maximum(1000, LIMIT_REMEDY)',
    test: {
      file: 'test/unit/codec/list-query.test.ts',
      name: "refuses { limit: '101' }, with the remedy",
    },
  },
  {
    name: 'whole-messages-in-lists',
    guarantee: 'an originalMessage of more than 8 KiB is cut in lists, and marked',
    file: 'lib/decide/dead-letter-item.ts',
    find: 'export const ITEM_MESSAGE_BYTES_MAX = 8_192;',
    replace: 'export const ITEM_MESSAGE_BYTES_MAX = 8_196;',
    test: {
      file: 'test/unit/decide/dead-letter-item.test.ts',
      name: 'the index item > of a message of 8193 bytes has 8192',
    },
  },
  {
    name: 'second-send-is-a-duplicate',
    guarantee: 'the scenarios of /docs can be sent any number of times',
    file: 'lib/lambda/docs/script.ts',
    find: 'if (isTest && body.dataset.used)',
    replace: 'if (!isTest && body.dataset.used)',
    test: {
      file: 'test/unit/lambda/docs/script.test.ts',
      name: 'the scenario flaky has another order id each time it is sent',
    },
  },
  {
    name: 'stack-of-a-function-that-failed',
    guarantee: 'no stack trace is ever an answer, of the local server neither',
    file: 'localstack/http-refusal.ts',
    find: "if (response.headers['traceparent'] !== undefined) return undefined;",
    replace: 'if (response.headers !== undefined) return undefined;',
    test: {
      file: 'test/unit/localstack/http-refusal.test.ts',
      name: 'a function’s answer, which has a trace, is left alone; one of a function that failed is not shown',
    },
  },
];
