import type { Break } from './break.ts';

/** What the tests themselves stand on: the local event source and the broker. */
export const LOCAL_STACK: readonly Break[] = [
  {
    name: 'format-every-time',
    guarantee: 'a broker comes back with what it had acknowledged',
    file: 'localstack/kafka.ts',
    find: "if (existsSync(join(dataDir, 'meta.properties'))) return;",
    replace: '',
    test: {
      file: 'test/integration/localstack/broker.test.ts',
      name: 'a broker that was killed comes back on its port with what it had acknowledged',
    },
  },
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
];
