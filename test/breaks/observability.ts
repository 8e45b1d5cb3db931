import type { Break } from './break.ts';

const TRACEABILITY = 'test/integration/traceability.test.ts';
const JOURNAL = 'test/unit/flow/dead-letter-journal.test.ts';
const WHICH =
  'a dead letter tells which record, where it came from, how often it was tried, when it failed and why';
const MEASURED = 'the metrics of its way stand in the functions’ log, each once';

/** What logs and metrics tell of a record. */
export const OBSERVABILITY: readonly Break[] = [
  {
    name: 'trace-not-in-the-log',
    guarantee: 'the trace of a record is in every log line about it',
    file: 'lib/flow/batch-journal.ts',
    find: '...traceparentOf(headers),',
    replace: '...traceparentOf(headers.slice(headers.length)),',
    test: { file: TRACEABILITY, name: WHICH },
  },
  {
    name: 'trace-ends-at-the-intake',
    guarantee: 'the trace of a record is in every log line about its dead letter',
    file: 'lib/flow/dead-letter-journal.ts',
    find: ' ?? traceparentOf(event.record.headers).traceparent,',
    replace: ',',
    test: { file: TRACEABILITY, name: WHICH },
  },
  {
    name: 'trace-is-left-out-with-the-bytes',
    guarantee: 'a dead letter without its record’s bytes keeps the trace',
    file: 'lib/decide/left-out.ts',
    find: '    ...traceOfRecord(headers),',
    replace: '',
    test: {
      file: 'test/unit/flow/hand-over.test.ts',
      name: 'what a topic refuses for its size > as a dead letter becomes one without the bytes, which says what and where they are',
    },
  },
  {
    name: 'trace-without-the-bytes-is-not-said',
    guarantee: 'the trace is in every log line about a dead letter without its record’s bytes',
    file: 'lib/flow/dead-letter-journal.ts',
    find: 'event.leftOut?.traceparent ?? ',
    replace: '',
    test: {
      file: JOURNAL,
      name: 'every line about a dead letter without its record’s bytes has its trace',
    },
  },
  {
    name: 'unsettled-without-a-trace',
    guarantee: 'an unsettled dead letter is told with its trace and order',
    file: 'lib/flow/dead-letter-journal.ts',
    find: 'log.error(text, { ...fieldsOf(), ...intake });',
    replace: 'log.error(text, { deadLetterId: event.id, ...intake });',
    test: {
      file: JOURNAL,
      name: 'one that is not settled is told with its order, its trace, and both places',
    },
  },
  {
    name: 'metrics-stay-inside',
    guarantee: 'metrics get into the log at the end of each invocation',
    file: 'lib/lambda/batch-handler.ts',
    find: '.use({ after: flushMetrics, onError: flushMetrics })',
    replace: '.use({ onError: flushMetrics })',
    test: { file: TRACEABILITY, name: MEASURED },
  },
  {
    name: 'retries-of-no-tier',
    guarantee: 'retries are counted by tier',
    file: 'lib/flow/batch-journal.ts',
    find: "metrics.add('RecordsRetried', 1, { tier: decision.tier.topic });",
    replace: "metrics.add('RecordsRetried', 1);",
    test: { file: TRACEABILITY, name: MEASURED },
  },
  {
    name: 'lateness-of-what-is-on-time',
    guarantee: 'retry lateness is measured against the due time',
    file: 'lib/flow/batch-journal.ts',
    find: 'nowMs - state.notBeforeMs, {',
    replace: '0 * (nowMs - state.notBeforeMs), {',
    test: {
      file: 'test/unit/flow/batch-journal.test.ts',
      name: 'metrics > counts by tier and by reason, and measures how late a retry starts',
    },
  },
];
