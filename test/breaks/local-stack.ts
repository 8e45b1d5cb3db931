import type { Break } from './break.ts';

/** What the tests themselves stand on: the stack on one machine. */
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
    name: 'claims-of-the-dead',
    guarantee: 'a stack that was killed with SIGKILL hinders no next start',
    file: 'localstack/process-record.ts',
    find: 'if (isRunning(owner)) return owner;',
    replace: 'return owner;',
    test: {
      file: 'test/e2e/local-stack.test.ts',
      name: 'npm start > killed, it hinders no next start, and the data is still there',
    },
  },
  {
    name: 'second-ctrl-c-kills',
    guarantee: 'Ctrl-C stops all of the stack, also when pressed twice',
    file: 'localstack/supervise.ts',
    find: 'process.on(signal, () => stop(signal));',
    replace: 'process.once(signal, () => stop(signal));',
    test: {
      file: 'test/e2e/local-stack.test.ts',
      name: 'npm start > Ctrl-C, twice, stops all of it: exit code 0, nothing left, no addresses',
    },
  },
  {
    name: 'take-another-brokers-answer',
    guarantee: 'a stack is up when its own servers are',
    file: 'localstack/kafka-health.ts',
    find: 'cluster.clusterId !== clusterId) return false;',
    replace: "cluster.clusterId === '') return false;",
    test: {
      file: 'test/integration/localstack/port-taken.test.ts',
      name: 'Kafka does not count as up where another start’s server has its port',
    },
  },
  {
    name: 'take-anybodys-answer',
    guarantee: 'a stack is up when its own servers are',
    file: 'localstack/claimed-server.ts',
    find: 'if (hasLogged(logFile, listening)) {',
    replace: 'if (listening.source !== logFile) {',
    test: {
      file: 'test/integration/localstack/port-taken.test.ts',
      name: 'the DynamoDB stand-in does not count as up where another start’s server has its port',
    },
  },
  {
    name: 'forgotten-retry-topic',
    guarantee: 'the local stack refuses over a retry topic that nothing names',
    file: 'localstack/topics.ts',
    find: 'if (forgotten.length > 0) throw',
    replace: 'if (forgotten.length < 0) throw',
    test: {
      file: 'test/integration/localstack/topics.test.ts',
      name: 'refuses to start over a retry topic that nothing names, empty or not, until it is named',
    },
  },
  {
    name: 'fresh-on-foreign-data',
    guarantee: '--fresh deletes nothing where KAFKA_BROKERS names a Kafka that is not ours',
    file: 'localstack/start.ts',
    find: 'if (fresh && kafkaBrokers !== undefined) {',
    replace: "if (fresh && kafkaBrokers === '') {",
    test: {
      file: 'test/e2e/local-stack-refusals.test.ts',
      name: '--fresh with KAFKA_BROKERS is refused before anything is deleted',
    },
  },
  {
    name: 'skipped-is-passed',
    guarantee: 'on CI a skipped test is a failure',
    file: '.ci/run',
    find: ' + ${BASH_REMATCH[4]:-0}))',
    replace: '))',
    test: {
      file: 'test/unit/ci/run.test.ts',
      name: '.ci/run > a skipped test that nobody minds: 7 passed, 1 failed',
    },
  },
  {
    name: 'nothing-is-a-success',
    guarantee: 'on CI a run without tests is a failure',
    file: '.ci/run',
    find: ' || [ "${BASH_REMATCH[1]:-0}" -eq 0 ]',
    replace: '',
    test: { file: 'test/unit/ci/run.test.ts', name: '.ci/run > silence: 1 passed, 1 failed' },
  },
  {
    name: 'no-closing-line',
    guarantee: '.ci/run closes with what passed and failed',
    file: '.ci/run',
    find: 'echo "$passed passed, $failed failed"',
    replace: '',
    test: {
      file: 'test/unit/ci/run.test.ts',
      name: '.ci/run > failed and skipped ones: 4 passed, 4 failed',
    },
  },
  {
    name: 'one-break-disturbs-the-next',
    guarantee: 'what a broken program leaves running is ended before the next break',
    file: 'test/breaks/leftovers.ts',
    find: '      endNow(pid);\n',
    replace: '',
    test: {
      file: 'test/unit/breaks/leftovers.test.ts',
      name: 'ends what works in the folder or names it, and nothing else',
    },
  },
  {
    name: 'wait-for-what-is-left',
    guarantee: 'a break that leaves processes behind is over when its tests are',
    file: 'test/breaks/run-tests.ts',
    find: 'const left = await endLeftovers(dir);',
    replace: 'const left = 1;',
    test: {
      file: 'test/unit/breaks/run-tests.test.ts',
      name: 'tells how the tests ended, and waits for nothing that they left running',
    },
  },
  {
    name: 'older-table-is-taken',
    guarantee: 'a local table that lacks an index is refused, with what to do',
    file: 'localstack/dynamodb-tables.ts',
    find: 'if (missing.length === 0) return;',
    replace: 'if (missing.length >= 0) return;',
    test: {
      file: 'test/integration/localstack/dynamodb.test.ts',
      name: 'whose tables lack an index, for an older version made them, does not start, and says what to do',
    },
  },
];
