import type { Break } from './break.ts';

const CRASHES = 'test/unit/flow/job-crashes.test.ts';
const WORK = 'test/unit/flow/work-jobs.test.ts';
const COUNTING = 'test/unit/flow/job-counting.test.ts';
const SENDS_EACH =
  'a redrive that dies at each of its effects (before) sends each, and claims none twice';
const LEAVES_NOTHING =
  'a redrive that dies at each of its effects (after), and is called off then, leaves nothing claimed and unsent';

/** Redrives, discards, restores and purges. */
export const JOBS: readonly Break[] = [
  {
    name: 'claim-twice',
    guarantee: 'a job claims a dead letter at most once, whatever its slices before did',
    file: 'lib/decide/job-step.ts',
    find: "if (redrive.staleAtMs > change.atMs) return { kind: 'publish-again', item };",
    replace:
      "if (redrive.staleAtMs > change.atMs) return { kind: 'write', item: claim({ ...item, state: 'open' }, change, staleAfterMs) ?? item };",
    test: { file: CRASHES, name: SENDS_EACH },
  },
  {
    name: 'sent-before-it-is-claimed',
    guarantee: 'of two redrives over the same dead letters at once each is sent by one',
    file: 'lib/flow/job-chunk.ts',
    find: '        if (!written.done) {',
    replace:
      '        if (!written.done && built !== undefined) {\n          claimed.set(id, { id, item: step.item, request: built });\n        }\n        if (!written.done) {',
    test: {
      file: 'test/integration/redrive-twice.test.ts',
      name: 'two redrives over the same dead letters at once: each has one copy on the redrive topic',
    },
  },
  {
    name: 'sent-mark-before-the-acknowledgement',
    guarantee: 'a slice that takes over sends what the one before it had claimed only',
    file: 'lib/flow/job-slice.ts',
    find: '    const worked = await workChunk(entries, slice);\n    for',
    replace:
      '    await hold.save({ position: position + entries.length });\n    const worked = await workChunk(entries, slice);\n    for',
    test: { file: CRASHES, name: SENDS_EACH },
  },
  {
    name: 'sent-as-claimed',
    guarantee: 'records of one key are redriven in their order',
    file: 'lib/flow/job-chunk.ts',
    find: 'const outgoing = entries.flatMap(({ id }) => claimed.get(id) ?? []);',
    replace: 'const outgoing = [...claimed.values()];',
    test: {
      file: WORK,
      name: 'a redrive > keeps the order of its list, whichever claim is there first',
    },
  },
  {
    name: 'claims-are-forgotten',
    guarantee: 'what a job has claimed and not sent is open again once it is called off',
    file: 'lib/flow/job-slice.ts',
    find: '    for (const item of items) await releaseClaim(item, slice);\n',
    replace: '',
    test: { file: CRASHES, name: LEAVES_NOTHING },
  },
  {
    name: 'called-off-and-claimed-again',
    guarantee: 'a slice that only seemed dead takes nothing that its job has set back to open',
    file: 'lib/decide/job-step.ts',
    find: "if (last === 'released') return { kind: 'skip', reason: 'wrong-state' };",
    replace: "if (last === 'released') return undefined;",
    test: {
      file: 'test/unit/decide/job-step.test.ts',
      name: 'what a slice does > what it has set back to open it never takes again',
    },
  },
  {
    name: 'counts-freeze-at-the-end',
    guarantee: 'of a job that has ended, what it has sent is counted until it has ended as well',
    file: 'lib/decide/job-count.ts',
    find: ' || isCounting(job)',
    replace: '',
    test: {
      file: COUNTING,
      name: 'a job that is called off > is cancelled at once, and counts on until each that it has sent has ended',
    },
  },
  {
    name: 'an-ended-job-moves-on',
    guarantee: 'nothing of a job that has ended changes but the outcomes of what it has sent',
    file: 'lib/flow/job-hold.ts',
    find: 'atMs: base.endedAtMs === null ? clock.nowMs() : base.progress.atMs,',
    replace: 'atMs: clock.nowMs(),',
    test: {
      file: COUNTING,
      name: 'a job that is called off > changes nothing but these counts: no copy, no claim, no second line, the same end and rate',
    },
  },
  {
    name: 'forgotten-and-claimed-again',
    guarantee: 'a job takes nothing twice, however much others have changed it meanwhile',
    file: 'lib/decide/own-change.ts',
    find: '  if (item.redrive?.id === jobId) return changeOf(item.redrive);\n',
    replace: '',
    test: {
      file: 'test/unit/flow/job-long-histories.test.ts',
      name: 'a redrive that dies at each of its effects (after) sends and counts each once, however often others change it meanwhile',
    },
  },
  {
    name: 'forgotten-is-never',
    guarantee: 'what a history has forgotten is left alone',
    file: 'lib/decide/own-change.ts',
    find: "? 'forgotten' : undefined;",
    replace: '? undefined : undefined;',
    test: {
      file: 'test/unit/flow/job-long-histories.test.ts',
      name: 'what another redrive took since, and nobody can tell of any more, is left alone',
    },
  },
  {
    name: 'another-purge-is-waited-for',
    guarantee: 'of two purges of one dead letter each has what it has asked for',
    file: 'lib/decide/life.ts',
    find: "item.state === 'discarded' || item.state === 'purging'",
    replace: "item.state === 'discarded'",
    test: {
      file: 'test/unit/flow/job-purges.test.ts',
      name: 'two purges of the same dead letters both end, each with what it has asked for',
    },
  },
  {
    name: 'a-lost-answer-loses-the-audit',
    guarantee: 'a change of an operator is told and counted, though its answer was lost',
    file: 'lib/flow/job-changes.ts',
    find: 'const isDone = item?.revision === after.revision && hasChange(item, after);',
    replace: 'const isDone = item === after && hasChange(item, after) && item.revision === 0;',
    test: {
      file: WORK,
      name: 'a change whose answer is lost > is told and counted once: no answer',
    },
  },
  {
    name: 'on-after-a-failed-canary',
    guarantee: 'a redrive whose cause is not fixed stops by itself after the canary',
    file: 'lib/decide/job-wave.ts',
    find: "if (isTooMuch && position < planned) return { kind: 'stop' };",
    replace: '',
    test: {
      file: 'test/integration/redrive-stops.test.ts',
      name: 'a redrive whose cause is not fixed stops by itself after the canary, and the history says how it went',
    },
  },
  {
    name: 'waves-do-not-wait',
    guarantee: 'the next wave is sent once all of the one before have ended',
    file: 'lib/decide/job-wave.ts',
    find: "  if (pending > 0) return { kind: 'wait' };\n  if (position >= planned)",
    replace: '  if (position >= planned)',
    test: {
      file: WORK,
      name: 'a redrive > goes in waves: none of the next is sent before all of the one before have ended',
    },
  },
  {
    name: 'rate-ignored',
    guarantee: 'a job is never faster than its rate',
    file: 'lib/flow/job-slice.ts',
    find: 'const dueMs = dueAtMs(pace, position + Math.max(0, due - 1), settings.ratePerSecond);',
    replace: 'const dueMs = clock.nowMs() + 0 * due;',
    test: {
      file: WORK,
      name: 'a redrive > holds its rate over its slices: never faster, and nothing adds up',
    },
  },
  {
    name: 'bytes-missing-are-claimed',
    guarantee: 'a dead letter whose bytes are gone is not claimed',
    file: 'lib/flow/job-chunk.ts',
    find: "if (!found || found.bytesMissing || item.redrive === null) return 'bytes-missing';",
    replace: 'if (!found || item.redrive === null) return undefined;',
    test: {
      file: WORK,
      name: 'a redrive > leaves out, unclaimed, what has lost its bytes, force or not',
    },
  },
  {
    name: 'rows-of-slices-multiply',
    guarantee: 'a job that was started again is worked by one row of slices',
    file: 'lib/flow/job-hold.ts',
    find: '      if (after !== undefined && !isOurs) return undefined;\n',
    replace: '',
    test: {
      file: 'test/unit/flow/job-hold.test.ts',
      name: 'a record of a slice that is not the last one is dropped: its row ends',
    },
  },
  {
    name: 'plan-by-time-alone',
    guarantee: 'records of one key are redriven in the order in which they were written',
    file: 'lib/decide/job-plan.ts',
    find: 'latestMs = Math.max(latestMs, item.failedAtMs);',
    replace: 'latestMs = item.failedAtMs;',
    test: {
      file: 'test/unit/decide/job-plan.test.ts',
      name: 'the order of a plan > is strictly that of the offsets within a partition, whatever the times say',
    },
  },
  {
    name: 'half-a-selection-is-a-plan',
    guarantee: 'a plan is made of all that its filter finds, or there is none',
    file: 'lib/flow/plan-job.ts',
    find: '  if (isAll) return draft;',
    replace: '  if (isAll || lookedAt > 0) return draft;',
    test: {
      file: 'test/unit/flow/plan-job.test.ts',
      name: 'a selection that is not read in time: SELECTION_TOO_LARGE',
    },
  },
  {
    name: 'limit-as-it-comes',
    guarantee: 'the limit of a plan takes the oldest, and counts exactly what is over it',
    file: 'lib/decide/job-plan.ts',
    find: 'const planned = inOrder(found).slice(0, limit);',
    replace: 'const planned = inOrder(found.slice(0, limit));',
    test: {
      file: 'test/contract/plan-many.test.ts',
      name: 'a plan of many holds exactly what its filter finds, in order, and counts exactly what is over its limit',
    },
  },
  {
    name: 'survey-of-first-pages',
    guarantee: 'a survey finds all that the list does',
    file: 'lib/effect/dynamodb/survey-shards.ts',
    find: '    } while (startKey !== undefined && isWanted);',
    replace: '    } while (startKey !== undefined && !isWanted);\n    startKey = undefined;',
    test: {
      file: 'test/contract/plan-many.test.ts',
      name: 'a plan of many holds exactly what its filter finds, in order, and counts exactly what is over its limit',
    },
  },
  {
    name: 'redriven-with-the-state-of-before',
    guarantee:
      'the last record of each redriven key in the DLQ topic is a tombstone, and others are untouched',
    file: 'lib/decide/job-plan.ts',
    find: '  return { state, ...filter };',
    replace: '  return { ...filter, state, group: undefined } as DeadLetterFilter;',
    test: {
      file: 'test/integration/redrive-group.test.ts',
      name: '500 failing orders of three causes: the group whose cause is fixed is redriven and resolved, the others are untouched',
    },
  },
  {
    name: 'purge-without-event',
    guarantee: 'a purge is done once the one writer has written the tombstones',
    file: 'lib/flow/job-chunk.ts',
    find: "  if (kind === 'purge') {",
    replace: '  if (Number.isNaN(0)) {',
    test: {
      file: 'test/integration/discard-restore-purge.test.ts',
      name: 'dead letters are discarded, restored, discarded again and purged for good: only then the topic has tombstones',
    },
  },
];
