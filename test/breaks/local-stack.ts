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
];
