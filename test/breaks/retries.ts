import type { Break } from './break.ts';

const BATCH = 'test/unit/flow/process-batch.test.ts';
const PARTITION = 'test/unit/flow/run-partition.test.ts';

/** When, how often and beside whom a record is tried. */
export const RETRIES: readonly Break[] = [
  {
    name: 'start-50-ms-early',
    guarantee: 'a retry is never early',
    file: 'lib/decide/readiness.ts',
    find: 'const dueAtMs = record.notBeforeMs ?? 0;',
    replace: 'const dueAtMs = (record.notBeforeMs ?? 0) - 50;',
    test: {
      file: 'test/integration/retry-never-early.test.ts',
      name: 'a retry is never early > with a jitter of 0.5',
    },
  },
  {
    name: 'start-1-ms-early',
    guarantee: 'a retry is never early, not by a millisecond',
    file: 'lib/decide/readiness.ts',
    find: 'const dueAtMs = record.notBeforeMs ?? 0;',
    replace: 'const dueAtMs = (record.notBeforeMs ?? 0) - 1;',
    test: {
      file: 'test/unit/decide/readiness.test.ts',
      name: 'whenDue > starts at the due instant, not a millisecond before',
    },
  },
  {
    name: 'jitter-shortens',
    guarantee: 'jitter only lengthens a wait',
    file: 'lib/decide/retry-decision.ts',
    find: 'tier.delayMs * (1 + laneFactor)',
    replace: 'tier.delayMs * (1 - laneFactor)',
    test: {
      file: 'test/unit/decide/retry-plan.test.ts',
      name: 'planRetry > sends a key where the Java client would, with its lane’s wait',
    },
  },
  {
    name: 'wait-in-the-way',
    guarantee: 'a failing record holds up nobody',
    file: 'lib/flow/process-batch.ts',
    find: '  const handOff = { delivery, failure, failedAtMs: deps.clock.nowMs(), decision };',
    replace:
      "  if (decision.kind === 'retry') await deps.clock.sleep(decision.tier.delayMs);\n  const handOff = { delivery, failure, failedAtMs: deps.clock.nowMs(), decision };",
    test: {
      file: 'test/integration/failing-holds-up-nobody.test.ts',
      name: 'a failing record holds up nobody: those behind it go on while it waits',
    },
  },
  {
    name: 'one-key-side-by-side',
    guarantee: 'records of one key stay in order, one at a time',
    file: 'lib/flow/run-partition.ts',
    find: 'if (name !== undefined) byKey.set(name, lane);',
    replace: '',
    test: {
      file: 'test/integration/order-of-a-key.test.ts',
      name: 'records of one key stay in order, one at a time > while those of other keys and partitions run beside them',
    },
  },
  {
    name: 'keys-one-after-the-other',
    guarantee: 'records of different keys run side by side',
    file: 'lib/flow/run-partition.ts',
    find: 'const free = concurrencyMax - running.size;',
    replace: 'const free = 1 - running.size;',
    test: {
      file: PARTITION,
      name: 'runPartition > runs different keys side by side, up to the bound',
    },
  },
  {
    name: 'wait-behind-what-is-not-due',
    guarantee: 'nothing due waits behind something that is not',
    file: 'lib/decide/readiness.ts',
    find: 'if (dueAtMs <= nowMs && start.length < free) {',
    replace: 'if (dueAtMs <= nowMs && start.length < free && rest.length === 0) {',
    test: {
      file: PARTITION,
      name: 'runPartition > starts what is due although an earlier record is not',
    },
  },
  {
    name: 'no-time-limit',
    guarantee: 'one slow record does not use up the invocation',
    file: 'lib/flow/attempt.ts',
    find: '      reject(error);\n',
    replace: '',
    test: { file: BATCH, name: 'a batch > is not used up by a record over its time limit' },
  },
  {
    name: 'only-errors-are-caught',
    guarantee: 'a poison record neither blocks nor vanishes',
    file: 'lib/flow/attempt.ts',
    find: '    return classify(thrown);',
    replace: '    if (!(thrown instanceof Error)) throw thrown;\n    return classify(thrown);',
    test: {
      file: 'test/integration/poison-record.test.ts',
      name: 'a poison record neither blocks nor vanishes',
    },
  },
  {
    name: 'count-attempts-double',
    guarantee: 'a dead letter tells how often its record was tried',
    file: 'lib/decide/retry-plan.ts',
    find: 'attempt: attempt + 1,',
    replace: 'attempt: attempt + 2,',
    test: {
      file: 'test/integration/traceability.test.ts',
      name: 'a dead letter tells which record, where it came from, how often it was tried, when it failed and why',
    },
  },
  {
    name: 'forget-the-first-failure',
    guarantee: 'retry state survives a restart of everything',
    file: 'lib/flow/hand-over.ts',
    find: 'firstFailedAtMs: state.firstFailedAtMs ?? failedAtMs,',
    replace: 'firstFailedAtMs: failedAtMs,',
    test: {
      file: 'test/integration/restart-of-everything.test.ts',
      name: 'retry state survives a restart of everything > event source, functions and broker killed while records wait',
    },
  },
  {
    name: 'corrupt-starts-again',
    guarantee: 'corrupt state is dead-lettered, never attempt 1 again',
    file: 'lib/codec/delivery.ts',
    find: 'return { record: own, state: here, corruptState: read.detail };',
    replace: 'return { record: own, state: here };',
    test: {
      file: 'test/integration/retry-state.test.ts',
      name: 'attempts are counted by our own state alone > a state that is no JSON on a retry topic is dead-lettered as corrupt, never attempt 1 again',
    },
  },
  {
    name: 'take-a-forged-state',
    guarantee: 'nobody can skip or gain attempts by a header on the order topic',
    file: 'lib/codec/delivery.ts',
    find: 'if (topic === orderTopic) return',
    replace: "if (topic === orderTopic && readRetryState(record.headers).kind !== 'valid') return",
    test: {
      file: BATCH,
      name: 'the decision > a state on the order topic is the record’s own: it gains no attempt',
    },
  },
  {
    name: 'refuse-attempts-beyond-the-policy',
    guarantee: 'an attempt beyond a lowered policy is no corruption',
    file: 'lib/codec/retry-state.ts',
    find: 'attempt: positive,',
    replace: 'attempt: positive.check(z.maximum(4)),',
    test: {
      file: BATCH,
      name: 'the decision > an attempt beyond a lowered policy is processed',
    },
  },
  {
    name: 'forget-drained-tiers',
    guarantee: 'a tier that left the policy is read until it is drained',
    file: 'lib/decide/tiers.ts',
    find: 'new Set([...delaysMs, ...drainDelaysMs])',
    replace: 'new Set(delaysMs)',
    test: {
      file: 'test/unit/decide/tiers.test.ts',
      name: 'retryPolicy > reads one topic for each distinct delay, and those that are being drained',
    },
  },
  {
    name: 'one-retry-more',
    guarantee: 'retries end after DLQ_MAX_RETRIES',
    file: 'lib/decide/retry-decision.ts',
    find: 'policy.tierAfterAttempt[attempt - 1];',
    replace: 'policy.tierAfterAttempt[Math.max(0, attempt - 2)];',
    test: {
      file: BATCH,
      name: 'a record is settled when > its copy is acknowledged by the intake',
    },
  },
  {
    name: 'another-log-text',
    guarantee: 'log texts are the contract’s, word for word',
    file: 'lib/flow/batch-journal.ts',
    find: 'processed successfully',
    replace: 'was processed',
    test: {
      file: 'test/unit/flow/batch-journal.test.ts',
      name: 'log texts, word for word as the contract has them > the business processed it',
    },
  },
  {
    name: 'failure-is-not-critical',
    guarantee: 'whoever cannot hand a dead letter on says so as CRITICAL',
    file: 'lib/flow/batch-journal.ts',
    find: 'log.critical(`Failed to send',
    replace: 'log.error(`Failed to send',
    test: {
      file: BATCH,
      name: 'says CRITICAL at the first failure to reach the intake, once, while it still tries',
    },
  },
  {
    name: 'hand-overs-overtake',
    guarantee: 'retries of one key keep their order within a tier',
    file: 'lib/flow/process-batch.ts',
    find: 'queue.add(departure, laneOfDeparture(departure))',
    replace: 'queue.add(departure, laneOfDeparture(departure) && undefined)',
    test: {
      file: 'test/unit/flow/process-batch-time.test.ts',
      name: 'retries of one key keep their order when the topic refuses the first of them for a moment',
    },
  },
  {
    name: 'a-true-due-time-moved',
    guarantee: 'a retry is never early, also where this invocation cannot serve it',
    file: 'lib/decide/readiness.ts',
    find: 'if (notBeforeMs <= latestDueMs) return notBeforeMs;',
    replace: 'if (notBeforeMs <= latestDueMs && notBeforeMs < latestStartMs) return notBeforeMs;',
    test: {
      file: 'test/unit/decide/readiness.test.ts',
      name: 'plausibleDueMs > one that this invocation cannot serve',
    },
  },
  {
    name: 'wait-for-a-fast-clock',
    guarantee: 'a due time beyond any wait does not hold its partition up',
    file: 'lib/flow/process-batch.ts',
    find: 'if (notBeforeMs === state.notBeforeMs) return delivery;',
    replace: 'if (notBeforeMs <= state.notBeforeMs) return delivery;',
    test: {
      file: 'test/unit/flow/process-batch-time.test.ts',
      name: 'a due time > beyond any wait does not hold its partition up for ever: it starts, and the log says why',
    },
  },
  {
    name: 'believe-orders-alone',
    guarantee: 'any business can say that no retry heals a failure, and is believed',
    file: 'lib/decide/classify.ts',
    find: 'return thrown instanceof NonRetriableError',
    replace: "return thrown instanceof NonRetriableError && error.type === 'DuplicateOrderError'",
    test: {
      file: 'test/integration/own-events.test.ts',
      name: 'parcels go the way of orders: once each, retried, refused at once, undecodable',
    },
  },
];
