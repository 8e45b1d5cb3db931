import type { Break } from './break.ts';

const COUNTING = 'test/unit/flow/job-counting.test.ts';
const GROUP_COUNTS = 'test/unit/flow/job-group-counts.test.ts';
const WRITTEN_LATE =
  'what is written after the last try was begun, beside one that cannot be written in time, is counted in its group';

/** What a job says of what it has done, and when it goes on. */
export const JOB_COUNTS: readonly Break[] = [
  {
    name: 'uncounted-beside-a-failure',
    guarantee: 'no write that fails takes the counts of others with it',
    file: 'lib/flow/job-chunk.ts',
    find: '    await countAllInGroups(changes, slice.deps);\n    throw error;',
    replace: '    throw error;',
    test: {
      file: GROUP_COUNTS,
      name: 'what is written as soon as they are asked, beside one that cannot be written in time, is counted in its group',
    },
  },
  {
    name: 'those-that-run-are-left',
    guarantee: 'a write that was on its way when another one failed is counted',
    file: 'lib/flow/map-bounded.ts',
    find: '        errors.push(error);\n',
    replace: '        errors.push(error);\n        throw error;\n',
    test: { file: GROUP_COUNTS, name: WRITTEN_LATE },
  },
  {
    name: 'tried-to-the-last-moment',
    guarantee: 'what is written is counted before the invocation is over',
    file: 'lib/decide/job-pace.ts',
    find: 'return deadlineMs - Math.min(COUNT_MS, (deadlineMs - nowMs) / 4);',
    replace: 'return Math.max(nowMs - COUNT_MS, deadlineMs);',
    test: { file: GROUP_COUNTS, name: WRITTEN_LATE },
  },
  {
    name: 'purged-is-a-success',
    guarantee: 'a redrive counts as resolved what is resolved, and nothing else',
    file: 'lib/decide/job-outcome.ts',
    find: "if (item.state === 'resolved') return 'resolved';",
    replace: "if (isFinal(item.state)) return 'resolved';",
    test: {
      file: 'test/unit/decide/job-outcome.test.ts',
      name: 'redrive, stale, and purged by others since: stale',
    },
  },
  {
    name: 'changes-without-an-entry-are-forgotten-ones',
    guarantee: 'a job leaves alone only what it may have changed before',
    file: 'lib/decide/history.ts',
    find: 'history.length < HISTORY_ENTRIES_MAX || ',
    replace: '',
    test: {
      file: 'test/unit/decide/own-change.test.ts',
      name: 'the last change of a job > is none where nothing was pushed out, though changes without an entry came in between',
    },
  },
  {
    name: 'on-after-a-lost-canary',
    guarantee: 'a canary of one must end resolved before anything else is sent',
    file: 'lib/decide/job-wave.ts',
    find: 'failed > 0 || isLost',
    replace: 'failed > 0 || (isLost && failed > 0)',
    test: {
      file: 'test/unit/flow/work-jobs.test.ts',
      name: 'a redrive > whose canary the index has lost, and knows anew, stops by itself: nobody can tell how it ended',
    },
  },
  {
    name: 'counts-sink-with-the-list',
    guarantee: 'what a job has counted does not sink',
    file: 'lib/flow/job-looks.ts',
    find: 'hasCaughtUp && !isListGone',
    replace: 'hasCaughtUp && (!isListGone || isListGone)',
    test: {
      file: COUNTING,
      name: 'a job that is called off > of whose list a part is gone then keeps what it had counted',
    },
  },
  {
    name: 'nobody-counts-on',
    guarantee: 'a job that an older version has ended can be counted on',
    file: 'lib/flow/start-job.ts',
    find: '  if (isWorked(job)) {',
    replace: '  if (isWorked(job) && job.endedAtMs === null) {',
    test: {
      file: COUNTING,
      name: 'a job that is called off > by a version that counted nothing from then on is counted on once its plan is started again',
    },
  },
  {
    name: 'a-lost-job-is-gone-on-with',
    guarantee:
      'of two slices of one job, one of which was thought dead, one chunk at most is sent by both',
    file: 'lib/flow/job-hold.ts',
    find: 'if (fresh?.progress.slice !== token)',
    replace: 'if (fresh === undefined || token.length === 0)',
    test: {
      file: 'test/unit/flow/job-crashes.test.ts',
      name: 'a redrive that dies at each of its effects (frozen) sends each, and claims none twice',
    },
  },
];
