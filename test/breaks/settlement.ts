import type { Break } from './break.ts';

const ACKNOWLEDGED = 'test/integration/acknowledged-before-committed.test.ts';
const MODES = 'test/integration/settlement-modes.test.ts';
const BATCH = 'test/unit/flow/process-batch.test.ts';
const BATCH_DEAD_LETTERS = 'test/unit/flow/process-batch-dead-letters.test.ts';

/** A record is settled or it is not. */
export const SETTLEMENT: readonly Break[] = [
  {
    name: 'start-until-the-deadline',
    guarantee: 'a function stops starting records before its deadline',
    file: 'lib/wire.ts',
    find: 'latestStartMs: deadlineMs - RESERVE_MS - processingTimeoutMs,',
    replace: 'latestStartMs: deadlineMs - 1,',
    test: {
      file: 'test/integration/stops-before-deadline.test.ts',
      name: 'a function stops starting records before its deadline: what it did not start comes again, and nothing is done twice',
    },
  },
  {
    name: 'settle-before-acknowledgement',
    guarantee: 'nothing is committed before its copy is acknowledged',
    file: 'lib/flow/process-batch.ts',
    find: "'processed' : handOverLater(departure)",
    replace: "'processed' : (void handOverLater(departure), 'retried')",
    test: {
      file: ACKNOWLEDGED,
      name: 'nothing is committed before its copy is acknowledged > a retry topic that is unavailable: the record stays uncommitted, also when its function is killed, and arrives later',
    },
  },
  {
    name: 'unknown-counts-as-acknowledged',
    guarantee: 'a hand-off without acknowledgement is unsettled',
    file: 'lib/flow/process-batch.ts',
    find: "if (answer?.kind === 'acknowledged') {",
    replace: "if (answer?.kind !== 'too-large') {",
    test: {
      file: BATCH,
      name: 'a record is unsettled when > no acknowledgement of the intake topic comes until the deadline',
    },
  },
  {
    name: 'doubt-counts-as-settled',
    guarantee: 'a record whose hand-over is in doubt is unsettled',
    file: 'lib/flow/process-batch.ts',
    find: "deps.journal.unsettled(departure, error as Error);\n      return 'unsettled';",
    replace: "deps.journal.unsettled(departure, error as Error);\n      return 'retried';",
    test: { file: BATCH, name: 'a record is unsettled when > its hand-over breaks' },
  },
  {
    name: 'unsettled-counts-as-processed',
    guarantee: 'every unsettled record is reported, so that it comes again',
    file: 'lib/codec/batch-response.ts',
    find: ".filter((outcome) => outcome.kind === 'unsettled')",
    replace: '.filter(() => false)',
    test: {
      file: MODES,
      name: 'an unsettled record, and only what the mapping makes of it, comes again > with partial responses it alone',
    },
  },
  {
    name: 'settled-is-reported-too',
    guarantee: 'only unsettled records are reported',
    file: 'lib/codec/batch-response.ts',
    find: ".filter((outcome) => outcome.kind === 'unsettled')",
    replace: ".filter((outcome) => outcome.kind !== 'processed')",
    test: {
      file: 'test/unit/lambda/batch-handler.test.ts',
      name: 'settlement > in partial mode lists every unsettled record and only those',
    },
  },
  {
    name: 'throw-mode-answers',
    guarantee: 'without partial responses an unsettled record fails the invocation',
    file: 'lib/lambda/batch-handler.ts',
    find: '> 0 && !wired.partialResponses)',
    replace: '> 0 && wired.partialResponses && false)',
    test: {
      file: 'test/unit/lambda/batch-handler.test.ts',
      name: 'settlement > in throw mode an unsettled record fails the invocation, and the error names it',
    },
  },
  {
    name: 'start-without-time-left',
    guarantee: 'no record is started that could not end before the deadline',
    file: 'lib/decide/readiness.ts',
    find: 'if (nowMs > latestStartMs)',
    replace: 'if (nowMs > latestStartMs + 60_000)',
    test: {
      file: BATCH,
      name: 'a record is unsettled when > there is no time left to start it, and nothing is attempted then',
    },
  },
  {
    name: 'hand-over-one-by-one',
    guarantee: 'hand-offs of a batch are produced together',
    file: 'lib/flow/hand-over-queue.ts',
    find: 'queued.push({ item, lane, resolve, reject }));',
    replace: '(queued.push({ item, lane, resolve, reject }), flush()));',
    test: { file: BATCH, name: 'a batch > hands over what fails together in one call' },
  },
  {
    name: 'swallow-too-large',
    guarantee: 'a record that its tier refuses for its size is dead-lettered at once',
    file: 'lib/flow/process-batch.ts',
    find: "if (answer?.kind === 'too-large') {",
    replace: "if (answer?.kind === 'too-large' && handOff.decision.kind !== 'retry') {",
    test: {
      file: BATCH,
      name: 'the decision > a copy that its tier refuses for its size goes to the intake at once',
    },
  },
  {
    name: 'too-large-for-the-intake-stays',
    guarantee:
      'a dead letter that the intake refuses for its size is handed over without its bytes',
    file: 'lib/flow/hand-over.ts',
    find: 'return handOff.leftOut === undefined ? withoutBytes(handOff, orderId) : undefined;',
    replace: 'return undefined;',
    test: {
      file: BATCH_DEAD_LETTERS,
      name: 'a dead letter that the intake refuses for its size is handed over without its bytes, and the log says where they are',
    },
  },
  {
    name: 'event-that-no-invocation-carries',
    guarantee: 'no event is written that is too large for an invocation of publish-dead-letter',
    file: 'lib/flow/hand-over.ts',
    find: 'if (leftOut !== undefined || isDeliverable(delivery.record)) return handOff;',
    replace: 'return handOff;',
    test: {
      file: BATCH_DEAD_LETTERS,
      name: 'a dead letter that no invocation could carry with its bytes is handed over without them',
    },
  },
  {
    name: 'silent-without-a-try',
    guarantee: 'what the deadline leaves without an answer is told as not handed on',
    file: 'lib/effect/kafka/publish-journal.ts',
    find: 'const error = failures.get(request) ?? untried(request);',
    replace:
      "const error = failures.get(request) ?? (untried && new Error('the deadline came before any answer'));",
    test: {
      file: 'test/unit/effect/kafka/publish-journal.test.ts',
      name: 'publish journal > tells at the end what was never answered, but nothing twice',
    },
  },
  {
    name: 'second-write-of-an-order',
    guarantee: 'effects happen once',
    file: 'lib/effect/dynamodb/order-store.ts',
    find: "'attribute_not_exists(orderId)'",
    replace: "'attribute_not_exists(nothing)'",
    test: {
      file: 'test/integration/duplicate-order.test.ts',
      name: 'a second record with an order id is a dead letter at once that names the first; the same bytes again are a success',
    },
  },
  {
    name: 'duplicate-is-success',
    guarantee: 'another record with the same order id is a dead letter, not a success',
    file: 'lib/orders/business.ts',
    find: "if (result.kind === 'stored' || isSame(result.source, source)) return;",
    replace: "if (result.kind === 'stored' || isSame(result.source, result.source)) return;",
    test: {
      file: 'test/integration/duplicate-order.test.ts',
      name: 'a second record with an order id is a dead letter at once that names the first; the same bytes again are a success',
    },
  },
  {
    name: 'redelivery-is-a-duplicate',
    guarantee: 'the same record delivered twice has one effect and one dead letter',
    file: 'lib/orders/business.ts',
    find: 'return sameOrigin || stored.valueSha256 === source.valueSha256;',
    replace: 'return sameOrigin && stored.valueSha256 !== source.valueSha256;',
    test: {
      file: 'test/integration/effects-once.test.ts',
      name: 'the same record delivered twice has one effect and one dead letter',
    },
  },
  {
    name: 'retry-that-no-invocation-carries',
    guarantee: 'a record whose copy could not be delivered does not vanish on its retry topic',
    file: 'lib/flow/hand-over.ts',
    find: 'if (fitsInvocation(delivery.record)) return handOff;',
    replace: 'if (fitsInvocation(delivery.record) || true) return handOff;',
    test: {
      file: 'test/unit/flow/process-batch-dead-letters.test.ts',
      name: 'a retry that no invocation could carry is a dead letter at once, with its bytes',
    },
  },
  {
    name: 'names-of-headers-do-not-grow',
    guarantee: 'a record whose copy could not be delivered is known by its size as an event',
    file: 'lib/codec/payload-size.ts',
    find: 'Buffer.byteLength(JSON.stringify(header.key))',
    replace: 'Buffer.byteLength(header.key)',
    test: {
      file: 'test/unit/codec/payload-size.test.ts',
      name: 'a record fits an invocation > by the name of a header: as large as can be, and no larger',
    },
  },
];
