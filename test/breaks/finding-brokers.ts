import type { Break } from './break.ts';

const OAUTH = 'test/contract/kafka-oauthbearer.test.ts';
const BROKER = 'a broker that wants SASL/OAUTHBEARER over TLS';

/** Finding the brokers of an MSK cluster, and getting in. */
export const FINDING_BROKERS: readonly Break[] = [
  {
    name: 'remember-that-aws-did-not-answer',
    guarantee: 'brokers that could not be found are looked for again',
    file: 'lib/effect/kafka/msk-source.ts',
    find: 'asking ??= ask().finally(() => (asking = undefined));',
    replace: 'asking ??= ask();',
    test: {
      file: 'test/integration/broker-discovery.test.ts',
      name: 'while AWS does not name the brokers an order is answered with 503, and with 202 once it does',
    },
  },
  {
    name: 'ask-aws-at-every-connection',
    guarantee: 'AWS is asked once, not at every connection',
    file: 'lib/effect/kafka/msk-source.ts',
    find: 'if (found !== undefined && !(isDoubted && isOld)) return found.access;',
    replace: 'void isOld;',
    test: {
      file: 'test/contract/aws-kafka.test.ts',
      name: 'a connection by MSK_CLUSTER_ARN > asks AWS when it is first used, once for several topics',
    },
  },
  {
    name: 'never-look-for-other-brokers',
    guarantee: 'a cluster whose brokers were replaced is found again',
    file: 'lib/effect/kafka/broker-clients.ts',
    find: 'if (nowMs() < deadlineMs) onNobody();',
    replace: 'void onNobody;',
    test: {
      file: 'test/contract/aws-kafka.test.ts',
      name: 'a connection by MSK_CLUSTER_ARN > asks again where none of the brokers can be connected to any more',
    },
  },
  {
    name: 'wait-for-a-missing-permission',
    guarantee: 'what no waiting heals is told at once',
    file: 'lib/effect/kafka/until-answered.ts',
    find: 'return tellsRetriable && !error.retriable;',
    replace: 'return error instanceof BrokerRefusal && !error.retriable;',
    test: {
      file: 'test/contract/aws-kafka.test.ts',
      name: 'a connection by MSK_CLUSTER_ARN > tells at once, as Kafka being unavailable, what no waiting heals',
    },
  },
  {
    name: 'public-brokers-first',
    guarantee: 'brokers in the cluster’s own network come first',
    file: 'lib/effect/kafka/msk-brokers.ts',
    find: "  iam: [\n    'BootstrapBrokerStringSaslIam',",
    replace:
      "  iam: [\n    'BootstrapBrokerStringPublicSaslIam',\n    'BootstrapBrokerStringSaslIam',",
    test: {
      file: 'test/unit/effect/kafka/msk-brokers.test.ts',
      name: 'chooseBrokers > its own network first',
    },
  },
  {
    name: 'take-a-refusal-for-a-success',
    guarantee: 'a token that is refused is told as that',
    file: 'lib/effect/kafka/oauth-bearer.ts',
    find: 'if (answer) throw refused(answer);',
    replace: 'void answer;',
    test: {
      file: OAUTH,
      name: `${BROKER} > a token that is ended is told as refused, and the record stays unsettled`,
    },
  },
  {
    name: 'one-token-for-all-connections',
    guarantee: 'each connection has a fresh token',
    file: 'lib/effect/kafka/oauth-bearer.ts',
    find: '${await tokenOf()}',
    replace: '${await ((globalThis as { kept?: Promise<string> }).kept ??= tokenOf())}',
    test: {
      file: OAUTH,
      name: `${BROKER} > takes a token for each connection, and then what is sent`,
    },
  },
  {
    name: 'let-sessions-end',
    guarantee: 'a session is renewed before it ends',
    file: 'lib/effect/kafka/broker-client.ts',
    find: 'const SESSION_SHARE = 0.9;',
    replace: 'const SESSION_SHARE = 9;',
    test: {
      file: OAUTH,
      name: `${BROKER} > a session is renewed on its connection before it ends, and nothing fails`,
    },
  },
  {
    name: 'sign-what-the-sdk-would-not',
    guarantee: 'tokens are those of AWS’s own signer',
    file: 'lib/effect/kafka/msk-token.ts',
    find: "/[!'()*]/g",
    replace: '/[!]/g',
    test: {
      file: 'test/unit/effect/kafka/msk-token.test.ts',
      name: 'mskToken > gives, byte for byte, the token of AWS’s own signer: eu-central-1',
    },
  },
];
