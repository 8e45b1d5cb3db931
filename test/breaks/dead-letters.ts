import type { Break } from './break.ts';

const SETTLE = 'test/unit/flow/settle-dead-letter.test.ts';
const AGREEMENT = 'test/integration/dead-letters-agreement.test.ts';

/** From the intake into topic and index, and back. */
export const DEAD_LETTERS: readonly Break[] = [
  {
    name: 'index-before-topic',
    guarantee: 'the topic acknowledges an envelope before the index points to it',
    file: 'lib/flow/settle-failure.ts',
    find: '      const written = await writer.write(',
    replace:
      "      await index.put(toDeadLetterItem(envelope, next, { at: { topic: '-', partition: 0, offset: 0 }, bytesMissing: false }, { group, nowMs: 1 }), next.revision - 1);\n      const written = await writer.write(",
    test: {
      file: 'test/integration/dead-letters-outages.test.ts',
      name: 'without the DLQ topic a dead letter is CRITICAL, stays, and arrives once the topic is back',
    },
  },
  {
    name: 'unconditional-index-write',
    guarantee: 'failures handed over by two writers at once leave topic and index in agreement',
    file: 'lib/effect/dynamodb/dead-letter-index.ts',
    find: "if (expected === 0) return { ConditionExpression: 'attribute_not_exists(id)' };",
    replace: 'if (expected === 0) return {};',
    test: {
      file: AGREEMENT,
      name: 'two writers at once leave one dead letter each, whichever of them was first',
    },
  },
  {
    name: 'late-failures-count',
    guarantee: 'failures handed over twice and late change nothing',
    file: 'lib/decide/fold.ts',
    find: 'if (redrive === undefined || redrive.id !== item.redrive?.id || !isAwaited(item)) {',
    replace: "if (item.state !== 'open') {",
    test: {
      file: AGREEMENT,
      name: 'failures handed over twice and late leave one dead letter each',
    },
  },
  {
    name: 'dlq-failure-is-not-critical',
    guarantee: 'while the DLQ topic is unavailable CRITICAL is logged',
    file: 'lib/flow/dead-letter-journal.ts',
    find: 'log.critical(text,',
    replace: 'log.error(text,',
    test: {
      file: 'test/integration/dlq-unavailable.test.ts',
      name: 'while the DLQ topic is unavailable orders go on, CRITICAL is logged, and the dead letter arrives once it is back',
    },
  },
  {
    name: 'unlisted-is-critical',
    guarantee: 'CRITICAL means that no topic has the dead letter',
    file: 'lib/flow/dead-letter-journal.ts',
    find: '(sentSaid ? notListed(error) : notSent(error))',
    replace: '(sentSaid && !failureSaid ? notSent(error) : notListed(error))',
    test: {
      file: 'test/unit/flow/publish-dead-letter.test.ts',
      name: 'an outage > of the index between envelope and item does not write the envelope again',
    },
  },
  {
    name: 'bytes-missing-is-not-said',
    guarantee: 'an envelope without the record’s bytes says so',
    file: 'lib/decide/envelope.ts',
    find: '    bytesMissing: true,',
    replace: '    bytesMissing: envelope.originalKey === undefined,',
    test: {
      file: SETTLE,
      name: 'what no waiting can heal > a topic that takes 4000 bytes gets the largest envelope that fits',
    },
  },
  {
    name: 'no-smaller-envelope',
    guarantee: 'a dead letter that its topic refuses for its size gets a smaller envelope',
    file: 'lib/flow/envelope-writer.ts',
    find: "outcome.kind === 'too-large' ? smallerEnvelope(next) : undefined",
    replace: 'outcome.error === undefined ? smallerEnvelope(next) : undefined',
    test: {
      file: SETTLE,
      name: 'what no waiting can heal > a topic that takes 16000 bytes gets the largest envelope that fits',
    },
  },
  {
    name: 'event-without-bytes-looks-whole',
    guarantee: 'an envelope made of an event without the record’s bytes says so',
    file: 'lib/decide/envelope.ts',
    find: 'bytesMissing: leftOut !== undefined,',
    replace: 'bytesMissing: false,',
    test: {
      file: SETTLE,
      name: 'what no waiting can heal > an event without the bytes becomes an envelope without them, and nobody says it again',
    },
  },
  {
    name: 'look-at-the-pointer-only',
    guarantee: 'a pointer that went stale is mended by looking for the key from there on',
    file: 'lib/flow/read-dead-letter.ts',
    find: 'const envelope = isKeyed(record, key) ?',
    replace: 'const envelope = record.offset === envelopeAt.offset && isKeyed(record, key) ?',
    test: {
      file: 'test/integration/dead-letters-stale-pointer.test.ts',
      name: 'an envelope that compaction took away is found behind the pointer, with the fields of the item',
    },
  },
  {
    name: 'aws-counts-the-attempts',
    guarantee: 'a record that AWS gave up keeps its origin and its attempts',
    file: 'lib/decide/intake-failure.ts',
    find: 'attempts: state.attempt,',
    replace: 'attempts: 1,',
    test: {
      file: 'test/integration/dead-letters-intake.test.ts',
      name: 'a record that AWS gave up > on a retry topic keeps its origin and its attempts; our header is taken off',
    },
  },
  {
    name: 'wrapped-record-by-the-rule-of-the-intake',
    guarantee: 'the record inside AWS’s wrapper is read by the rule of its own topic',
    file: 'lib/flow/intake-failure.ts',
    find: 'readDelivery(read.wrapper.record, orderTopic)',
    replace: 'readDelivery({ ...read.wrapper.record, topic: record.topic }, orderTopic)',
    test: {
      file: 'test/unit/flow/publish-dead-letter.test.ts',
      name: 'an intake record that is no event of ours > but one of AWS’s wrappers becomes the dead letter of the record inside',
    },
  },
  {
    name: 'id-of-the-delivery',
    guarantee: 'one origin record has one dead letter at most',
    file: 'lib/flow/hand-over.ts',
    find: 'id: deadLetterId(state.origin),',
    replace: 'id: deadLetterId(record),',
    test: {
      file: 'test/unit/flow/hand-over.test.ts',
      name: 'a failure for good > goes to the intake as an event, keyed by its id, without headers',
    },
  },
];
