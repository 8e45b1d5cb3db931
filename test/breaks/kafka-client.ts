import type { Break } from './break.ts';

const PUBLISHER = 'test/contract/kafka-publisher.test.ts';
const OUTAGES = 'test/contract/kafka-outages.test.ts';
const JOURNAL = 'test/unit/effect/kafka/publish-journal.test.ts';

/** The Kafka client of the functions. */
export const KAFKA_CLIENT: readonly Break[] = [
  {
    name: 'another-partitioner',
    guarantee: 'a key goes to the partition that the Java client gives it',
    file: 'lib/decide/partition.ts',
    find: 'return h ^ (h >>> 15);',
    replace: 'return h ^ (h >>> 14);',
    test: {
      file: 'test/unit/decide/partition.test.ts',
      name: 'partitionOfKey > gives the partitions that the Java client gives',
    },
  },
  {
    name: 'refuse-the-whole-batch',
    guarantee: 'a record that is too large is told apart from those beside it',
    file: 'lib/effect/kafka/publish-partition.ts',
    find: 'if (batch.length === 1 && only !== undefined) journal.tooLarge(only.index, error);',
    replace:
      'if (only !== undefined) batch.forEach(({ index }) => journal.tooLarge(index, error));',
    test: {
      file: PUBLISHER,
      name: 'publish > a record that is too large is told apart, the others are acknowledged',
    },
  },
  {
    name: 'one-missing-topic-fails-all',
    guarantee: 'a missing topic holds up no other',
    file: 'lib/effect/kafka/publisher.ts',
    find: 'const layout = await connection.topic(topic, deadlineMs);',
    replace:
      'for (const other of requests) if ((await connection.topic(other.topic, deadlineMs)) === undefined) await new Promise((wake) => setTimeout(wake, 3_000));\n  const layout = await connection.topic(topic, deadlineMs);',
    test: {
      file: PUBLISHER,
      name: 'publish > a missing topic holds up no other, and arrives when it is there',
    },
  },
  {
    name: 'overtake-in-a-partition',
    guarantee:
      'records of a partition keep the order of their requests, also where one has to wait',
    file: 'lib/effect/kafka/publish-partition.ts',
    find: '        return left();\n      }\n      const [only]',
    replace: '        continue;\n      }\n      const [only]',
    test: {
      file: PUBLISHER,
      name: 'publish > a batch that fails holds back those behind it in its partition',
    },
  },
  {
    name: 'timers-instead-of-the-clock',
    guarantee: 'a function that was frozen over its deadline writes nothing when it thaws',
    file: 'lib/effect/kafka/publish-journal.ts',
    find: 'isOver: () => closed || nowMs() >= options.deadlineMs,',
    replace: 'isOver: () => closed,',
    test: {
      file: JOURNAL,
      name: 'publish journal > is over at the deadline by the clock, and when it is closed',
    },
  },
  {
    name: 'acks-of-the-leader-alone',
    guarantee: 'a record counts as written when all in-sync replicas have it',
    file: 'lib/effect/kafka/protocol.ts',
    find: 'const ALL_IN_SYNC_REPLICAS = -1;',
    replace: 'const ALL_IN_SYNC_REPLICAS = 1;',
    test: {
      file: 'test/unit/effect/kafka/protocol.test.ts',
      name: 'a record is acknowledged by all in-sync replicas, or not at all',
    },
  },
  {
    name: 'one-copy-is-enough',
    guarantee: 'an acknowledgement is that of all in-sync replicas',
    file: 'lib/effect/kafka/protocol.ts',
    find: '.writeInt16(ALL_IN_SYNC_REPLICAS)',
    replace: '.writeInt16(ALL_IN_SYNC_REPLICAS + 2)',
    test: {
      file: 'test/slow/kafka-cluster.test.ts',
      name: 'two brokers > too few copies are no acknowledgement: it comes when the second broker is back',
    },
  },
  {
    name: 'believe-in-the-former-leader',
    guarantee: 'leaders may move: what is acknowledged is there, in order',
    file: 'lib/effect/kafka/publisher.ts',
    find: 'deps.connection.forgetTopic(topic.topic);',
    replace: '',
    test: {
      file: 'test/slow/kafka-cluster.test.ts',
      name: 'two brokers > a leader that dies and one that comes back: what is acknowledged is there, in order',
    },
  },
  {
    name: 'remember-a-deleted-topic',
    guarantee: 'a topic deleted and made again does not poison the producer',
    file: 'lib/effect/kafka/topic-cache.ts',
    find: 'forget(topic: string): void {\n      known.delete(topic);',
    replace: 'forget(_topic: string): void {',
    test: {
      file: PUBLISHER,
      name: 'publish > goes on with a topic that was deleted and made again with fewer partitions',
    },
  },
  {
    name: 'idle-connection-is-trusted',
    guarantee: 'a connection that was idle for long is replaced before anything is sent on it',
    file: 'lib/effect/kafka/broker-clients.ts',
    find: 'if (client.isUsable() && idleMs < IDLE_MAX_MS) return client;',
    replace: 'if (client.isUsable() && idleMs < 4 * IDLE_MAX_MS) return client;',
    test: {
      file: 'test/contract/kafka-idle.test.ts',
      name: 'a connection in use is kept, one that was idle for long is replaced before anything is sent on it',
    },
  },
  {
    name: 'closed-connection-is-trusted',
    guarantee: 'a connection that the broker closed between two sends costs no send',
    file: 'lib/effect/kafka/broker-client.ts',
    find: 'isUsable: () => !dropped && connection.isConnected(),',
    replace: 'isUsable: () => !dropped,',
    test: {
      file: OUTAGES,
      name: 'a broker that comes back > killed between two sends: the second one does not notice',
    },
  },
  {
    name: 'thaw-without-a-look',
    guarantee: 'a function that was frozen for long sees that its connection was closed meanwhile',
    file: 'lib/effect/kafka/broker-clients.ts',
    find: 'if (idleMs > LOOK_AGAIN_MS) await wholeTurn();',
    replace: 'if (idleMs > IDLE_MAX_MS) await wholeTurn();',
    test: {
      file: 'test/contract/kafka-bundle.test.ts',
      name: 'the client in a minified bundle, in a process of its own > goes on after it was frozen while the broker was killed and came back',
    },
  },
  {
    // A mend that does nothing at all refuses to load; this one wears off after its first use.
    name: 'idle-queue-polls-again',
    guarantee: 'an idle connection does not poll its request queue',
    file: 'lib/effect/kafka/mend-kafkajs.ts',
    find: 'if (this.pending.length > 0) Reflect.apply(original, this, []);',
    replace:
      "if (this.pending.length > 0 || Reflect.has(this, 'used')) Reflect.apply(original, this, []);\n    Reflect.set(this, 'used', true);",
    test: { file: OUTAGES, name: 'an idle client sets no timers' },
  },
  {
    name: 'throttled-request-is-forgotten',
    guarantee: 'a request that a throttled connection holds back is sent in the end',
    file: 'lib/effect/kafka/mend-kafkajs.ts',
    find: 'if (this.pending.length > 0) Reflect.apply(original, this, []);',
    replace: 'if (this.pending.length > 1) Reflect.apply(original, this, []);',
    test: {
      file: 'test/unit/effect/kafka/mend-kafkajs.test.ts',
      name: 'a request queue with a pending request, e.g. while it is throttled, still does',
    },
  },
];
