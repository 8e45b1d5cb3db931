import type { Break } from './break.ts';

/** The local event source: what AWS's mapping does, so does it. */
export const EVENT_SOURCE: readonly Break[] = [
  {
    name: 'commit-past-the-unsettled',
    guarantee: 'the event source commits no offset past an unsettled record',
    file: 'plugins/event-source-mapping/local/lane.ts',
    find: 'return offsets.reduce((lowest, offset) => Math.min(lowest, offset), lane.fetchOffset);',
    replace: 'return offsets.length >= 0 ? lane.fetchOffset : -1;',
    test: {
      file: 'test/integration/event-source-answers.test.ts',
      name: 'partial responses > exactly the records that were reported come again, and are not committed past',
    },
  },
  {
    name: 'headers-from-behind',
    guarantee: 'the event holds keys, values and headers exactly',
    file: 'plugins/event-source-mapping/local/event.ts',
    find: 'record.headers.map(headerJson)',
    replace: 'record.headers.toReversed().map(headerJson)',
    test: {
      file: 'test/integration/event-source-events.test.ts',
      name: 'the event > holds keys, values and headers exactly, over several partitions',
    },
  },
  {
    name: 'one-retry-too-few',
    guarantee: 'a mapping gives a record up after its declared retries, not before',
    file: 'plugins/event-source-mapping/local/piece.ts',
    find: 'if (retries > retriesMax)',
    replace: 'if (retries >= retriesMax)',
    test: {
      file: 'test/integration/event-source-limits.test.ts',
      name: 'limits > out of retries, each failed record goes to the destination, keyed like itself, and its partition goes on',
    },
  },
  {
    name: 'stop-without-commit',
    guarantee: 'stopping commits what was settled',
    file: 'plugins/event-source-mapping/local/poller.ts',
    find: 'await Promise.all([fetcher.close(), dispatcher.idle(drainMs)]);',
    replace: 'await fetcher.close();',
    test: {
      file: 'test/integration/event-source-life.test.ts',
      name: 'stopping > lets a running invocation end, commits it, leaves the group and ends the processes',
    },
  },
  {
    name: 'old-position-in-a-new-topic',
    guarantee: 'a topic made anew under a running mapping is read from its beginning',
    file: 'plugins/event-source-mapping/local/fetcher.ts',
    find: 'if (described.id !== topicId) return events.onTopicMadeAnew();',
    replace: 'topicId = described.id;',
    test: {
      file: 'test/integration/event-source-topic.test.ts',
      name: 'a topic > that is deleted and made again at once is read from its beginning (TRIM_HORIZON)',
    },
  },
  {
    name: 'latest-of-a-new-topic',
    guarantee: 'LATEST leaves out nothing of a topic made anew',
    file: 'plugins/event-source-mapping/local/positions.ts',
    find: 'isMadeAnew || startingPosition',
    replace: 'startingPosition',
    test: {
      file: 'test/integration/event-source-topic.test.ts',
      name: 'a topic > that is deleted and made again later is read from its beginning (LATEST)',
    },
  },
  {
    name: 'old-offset-for-a-new-topic',
    guarantee: 'no offset of a deleted topic is committed for the one made anew',
    file: 'plugins/event-source-mapping/local/group-member.ts',
    find: 'if ((await topicIdOf(consumer, topic)) !== topicId) throw',
    replace: "if (topicId === '') throw",
    test: {
      file: 'test/integration/event-source-topic.test.ts',
      name: 'a topic > that is made anew has no committed offset of the old one, also where that still waited to be committed',
    },
  },
  {
    name: 'drop-what-was-read',
    guarantee: 'records that were read before they left the topic are delivered',
    file: 'plugins/event-source-mapping/local/lane-feed.ts',
    find: 'if (target.fetchOffset < from) lane',
    replace: 'if (target.fetchOffset < 0) lane',
    test: {
      file: 'test/integration/event-source-topic.test.ts',
      name: 'a topic > whose records are gone before they are read: what was read already is still delivered',
    },
  },
  {
    name: 'rebalance-without-waiting',
    guarantee: 'running invocations end before a rebalance moves their partitions',
    file: 'plugins/event-source-mapping/local/poller.ts',
    find: 'await dispatcher.idle(sessionTimeoutMs * REVOKE_WAIT_SHARE);',
    replace: '',
    test: {
      file: 'test/integration/event-source-group.test.ts',
      name: 'a second poller of the group > begins at what running invocations settled: these end and are committed before partitions move',
    },
  },
  {
    name: 'forget-what-runs',
    guarantee: 'a partition that stays goes on from the invocation under way',
    file: 'plugins/event-source-mapping/local/assignment.ts',
    find: 'if (lane !== undefined && committedOffset <= committableOffset(lane)) continue;',
    replace: '',
    test: {
      file: 'test/integration/event-source-group.test.ts',
      name: 'a second poller of the group > does not wait for an invocation that takes too long: its record comes again where the partition went',
    },
  },
  {
    name: 'redeliver-in-a-spin',
    guarantee: 'a function that always fails does not spin',
    file: 'plugins/event-source-mapping/local/piece.ts',
    find: 'notBeforeMs = nowMs + delayMs;',
    replace: 'notBeforeMs = nowMs + 0 * delayMs;',
    test: {
      file: 'test/integration/event-source-answers.test.ts',
      name: 'partial responses > redelivery is spaced: a function that always fails does not spin',
    },
  },
  {
    name: 'wait-for-a-late-answer',
    guarantee: 'an answer after the timeout counts for nothing',
    file: 'plugins/event-source-mapping/local/runtime/environment.ts',
    find: '    }, timeoutMs);',
    replace: '    }, timeoutMs * 10);',
    test: {
      file: 'test/integration/event-source-answers.test.ts',
      name: 'the whole batch comes again, and nothing is committed before, > where the answer would come after the timeout',
    },
  },
  {
    name: 'no-window',
    guarantee: 'a batch waits for its window',
    file: 'plugins/event-source-mapping/local/schedule.ts',
    find: 'schedule.windowFromMs) + limits.windowMs;',
    replace: 'schedule.windowFromMs);',
    test: {
      file: 'test/integration/event-source-events.test.ts',
      name: 'a batch > waits for its window, and closes early when it is full',
    },
  },
  {
    name: 'larger-than-the-batch-size',
    guarantee: 'a batch is no larger than the batch size',
    file: 'plugins/event-source-mapping/local/batch.ts',
    find: 'countMax: Math.min(share, limits.batchSize - size),',
    replace: 'countMax: share + 1,',
    test: {
      file: 'test/integration/event-source-events.test.ts',
      name: 'a batch > is no larger than the batch size',
    },
  },
  {
    name: 'functions-that-stay',
    guarantee: 'SIGKILL of the event source leaves no function process behind',
    file: 'plugins/event-source-mapping/local/runtime/client.mjs',
    find: "const end = () => process.kill(process.pid, 'SIGKILL');",
    replace: 'const end = () => undefined;',
    test: {
      file: 'test/integration/event-source-life.test.ts',
      name: 'SIGKILL of the event source > leaves no function process behind (one that does spin), and no record behind either',
    },
  },
  {
    name: 'poll-without-a-pause',
    guarantee: 'a partition that is stuck burns no CPU',
    file: 'plugins/event-source-mapping/local/fetcher.ts',
    find: 'Math.min(waitHeldMs * 2, WAIT_HELD_MAX_MS)',
    replace: 'Math.min(waitHeldMs, WAIT_HELD_MAX_MS)',
    test: {
      file: 'test/integration/event-source-answers.test.ts',
      name: 'partial responses > a partition that is stuck makes nobody ask for the others without a pause',
    },
  },
];
