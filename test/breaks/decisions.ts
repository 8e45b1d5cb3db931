import type { Break } from './break.ts';

const CLASSIFY = 'test/unit/decide/classify.test.ts';
const LANE = 'test/unit/decide/lane.test.ts';

/** What is decided about a failure, and about the lane that it waits in. */
export const DECISIONS: readonly Break[] = [
  {
    name: 'title-names-a-helper',
    guarantee: 'a group is named after a place in the code only where that says something',
    file: 'lib/flow/attempt.ts',
    find: 'error: foundError({ type: FAULTS[reason], message })',
    replace: 'error: classify(new Error(message)).error',
    test: {
      file: 'test/unit/flow/attempt.test.ts',
      name: 'attemptRecord > bytes that the business cannot read never reaches the business',
    },
  },
  {
    name: 'built-in-errors-are-for-good',
    guarantee: 'an error that says nothing else is retriable',
    file: 'lib/decide/classify.ts',
    find: 'thrown instanceof NonRetriableError',
    replace: 'thrown instanceof NonRetriableError || thrown instanceof TypeError',
    test: { file: CLASSIFY, name: 'a TypeError, as of a refused connection is retriable' },
  },
  {
    name: 'classify-by-name',
    guarantee: 'the name of a class decides nothing',
    file: 'lib/decide/classify.ts',
    find: 'thrown instanceof NonRetriableError',
    replace: "error.type.endsWith('NonRetriableError')",
    test: { file: CLASSIFY, name: 'an error that only has the name of ours is retriable' },
  },
  {
    name: 'non-retriable-is-tried-again',
    guarantee: 'the business can say that no retry heals it, with a class of its own',
    file: 'lib/decide/classify.ts',
    find: 'thrown instanceof NonRetriableError',
    replace: "error.type === 'NonRetriableError'",
    test: {
      file: CLASSIFY,
      name: 'a class of the business’s own that extends it is not retriable',
    },
  },
  {
    name: 'jitter-by-chance',
    guarantee: 'the factor of a lane is fixed',
    file: 'lib/decide/lane.ts',
    find: '(partition + tierIndex)',
    replace: 'Math.floor(partition + tierIndex + 1000 * Math.random())',
    test: { file: LANE, name: 'laneFactor > is the same whenever it is asked' },
  },
  {
    name: 'jitter-of-the-partition-alone',
    guarantee: 'a lane has a factor of its own in each tier',
    file: 'lib/decide/lane.ts',
    find: '(partition + tierIndex)',
    replace: 'partition',
    test: { file: LANE, name: 'laneFactor > draws another place in the next tier' },
  },
  {
    name: 'wait-beyond-the-jitter',
    guarantee: 'jitter lengthens a wait by its share at most',
    file: 'lib/decide/lane.ts',
    find: '/ (partitionCount - 1)',
    replace: '/ Math.max(1, partitionCount - 2)',
    test: {
      file: LANE,
      name: 'laneFactor > lengthens a wait by the jitter at most and never shortens it; each partition has a factor of its own',
    },
  },
];
