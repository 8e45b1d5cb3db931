import type { Break } from './break.ts';

const LIFE = 'test/integration/dead-letter-life.test.ts';
const MODEL = 'test/unit/flow/dead-letter-life.test.ts';
const ANYTHING =
  'a dead letter lives by its states, whatever comes twice, late, or at once; groups count it';
const SETTLE = 'test/unit/flow/settle-dead-letter-ends.test.ts';

/** From a dead letter's first failure to its end. */
export const DEAD_LETTER_LIFE: readonly Break[] = [
  {
    name: 'lose-a-tombstone',
    guarantee: 'the last record of what was processed is a tombstone',
    file: 'lib/flow/settle-end.ts',
    find: 'const envelopeAt = await writer.erase(',
    replace: 'const envelopeAt = before?.envelopeAt ?? await writer.erase(',
    test: {
      file: LIFE,
      name: 'one that is processed is resolved, and the last record of its key is a tombstone, where its envelope lay',
    },
  },
  {
    name: 'tombstone-to-another-partition',
    guarantee: 'a tombstone lies in the partition of what it takes off',
    file: 'lib/flow/envelope-writer.ts',
    find: 'value: null, place: before,',
    replace: 'value: null, place: before && { ...before, partition: 3 - before.partition },',
    test: {
      file: LIFE,
      name: 'one that is processed is resolved, and the last record of its key is a tombstone, where its envelope lay',
    },
  },
  {
    name: 'believe-another-redrive',
    guarantee: 'a failure counts only under the redrive that claimed its dead letter',
    file: 'lib/decide/fold.ts',
    find: 'redrive.id !== item.redrive?.id',
    replace: 'redrive.id === undefined',
    test: { file: LIFE, name: 'the late failure of another redrive changes nothing' },
  },
  {
    name: 'success-of-a-discarded-one-is-lost',
    guarantee: 'a success resolves, whatever the state',
    file: 'lib/decide/fold.ts',
    find: "if (event.kind === 'processed') return afterSuccess(",
    replace:
      "if (event.kind === 'processed' && item?.state === 'discarded') return { kind: 'unchanged' };\n  if (event.kind === 'processed') return afterSuccess(",
    test: { file: LIFE, name: 'a success resolves one that was discarded meanwhile' },
  },
  {
    name: 'restore-what-is-being-purged',
    guarantee: 'what is being purged cannot be restored',
    file: 'lib/decide/life.ts',
    find: "return item.state === 'discarded' ? changed(item, 'open', 'restored', change) : undefined;",
    replace:
      "return item.state === 'open' ? undefined : changed(item, 'open', 'restored', change);",
    test: { file: MODEL, name: ANYTHING },
  },
  {
    name: 'bytes-lost-by-a-later-failure',
    guarantee: 'an envelope without bytes is never written in place of one that has them',
    file: 'lib/flow/envelope-writer.ts',
    find: 'if (next.bytesMissing && kept !== undefined) return kept;',
    replace: 'if (next.bytesMissing && kept === undefined) hasBytes satisfies boolean;',
    test: { file: MODEL, name: ANYTHING },
  },
  {
    name: 'tombstone-that-was-overwritten-counts',
    guarantee: 'a tombstone is written again where another writer wrote an envelope behind it',
    file: 'lib/flow/folding.ts',
    find: 'made.before?.revision === before?.revision',
    replace: 'made.after !== undefined',
    test: {
      file: SETTLE,
      name: 'two writers at once > a tombstone that an envelope of the other went over is written again',
    },
  },
  {
    name: 'the-writer-does-not-know-its-write',
    guarantee: 'a change whose answer was lost is told and counted once',
    file: 'lib/flow/settle-end.ts',
    find: 'if (landed !== undefined) return finish(landed);',
    replace: 'if (landed === null) return finish(landed);',
    test: {
      file: 'test/unit/flow/settle-dead-letter-lost-answers.test.ts',
      name: 'no answer > a success is folded, told and counted once',
    },
  },
  {
    name: 'any-write-is-its-own',
    guarantee: 'what another writer wrote is that one’s to tell',
    file: 'lib/decide/written-change.ts',
    find: ' &&\n    one?.invocation === other?.invocation',
    replace: '',
    test: {
      file: 'test/unit/flow/settle-dead-letter-lost-answers.test.ts',
      name: 'what another invocation wrote in the same instant is that one’s to tell',
    },
  },
  {
    name: 'set-back-and-silent',
    guarantee: 'the failure of a copy whose claim was set back is told',
    file: 'lib/decide/fold.ts',
    find: " || (state === 'open' && redrive?.outcome === 'released')",
    replace: " && redrive?.outcome !== 'released'",
    test: {
      file: 'test/unit/flow/job-crashes.test.ts',
      name: 'and where the cause is still there, each that was sent tells its failure (before), counted by the job or not',
    },
  },
  {
    name: 'told-again-and-again',
    guarantee: 'a failure of a redrive is told once',
    file: 'lib/decide/fold.ts',
    find: " || (state === 'open' && redrive?.outcome === 'released')",
    replace: " || (state === 'open' && redrive !== null)",
    test: { file: MODEL, name: ANYTHING },
  },
  {
    name: 'purge-keeps-the-message',
    guarantee: 'nothing of the content of what is purged stays in the index',
    file: 'lib/decide/fold.ts',
    find: '    originalMessage: null,\n',
    replace: '',
    test: {
      file: 'test/unit/decide/fold.test.ts',
      name: 'a purge > takes the content of one that is being purged',
    },
  },
  {
    name: 'a-look-is-never-renewed',
    guarantee: 'a writer that was too late looks again, and not at what it had read before',
    file: 'lib/flow/read-ahead.ts',
    find: '    loadOf.delete(id);\n',
    replace: '',
    test: {
      file: 'test/unit/flow/read-ahead.test.ts',
      name: 'looks again at what it is asked for once more',
    },
  },
];
