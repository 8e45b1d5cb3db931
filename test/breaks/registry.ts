import type { Break } from './break.ts';

const FAILURES = 'test/contract/schema-registry-failures.test.ts';
const EVOLUTION = 'test/unit/codec/envelope-evolution.test.ts';
const READ = 'test/unit/codec/avro/read.test.ts';
const AVRO_ORDERS = {
  file: 'test/integration/avro-orders.test.ts',
  name: 'what can never be read is dead-lettered at once, with its bytes and the id; another team’s Avro is an order',
};
const OUTAGE = {
  file: 'test/integration/dead-letters-registry-outage.test.ts',
  name: 'an outage of the registry costs nothing but time: no attempt, no order, no dead letter',
};

/** Avro, and the registry of its schemas. */
export const REGISTRY: readonly Break[] = [
  {
    name: 'swap-the-bytes-of-an-id',
    guarantee: 'foreign tools read dead letters by the wire format alone',
    file: 'lib/codec/avro/framing.ts',
    find: 'header.writeUInt32BE(Number(schemaId), 1);',
    replace: 'header.writeUInt32LE(Number(schemaId), 1);',
    test: {
      file: 'test/integration/dead-letters-foreign-reader.test.ts',
      name: 'a Java program finds in the DLQ topic, by the wire format alone, what the API shows',
    },
  },
  {
    name: 'spend-an-attempt-on-an-outage',
    guarantee: 'a registry that does not answer is not the record’s fault',
    file: 'lib/flow/process-batch.ts',
    find: 'if (!isRegistryUnavailable(error)) return true;',
    replace: 'if (isRegistryUnavailable(error)) return true;',
    test: OUTAGE,
  },
  {
    name: 'wait-for-glue-for-ever',
    guarantee:
      'a registry in AWS Glue that is silent is an outage, and the invocation answers in time',
    file: 'lib/effect/registry/glue-registry.ts',
    find: 'throwOnRequestTimeout: true,',
    replace: 'throwOnRequestTimeout: false,',
    test: {
      file: FAILURES,
      name: 'what is not the record’s fault > Glue: no answer within its time',
    },
  },
  {
    name: 'unknown-id-is-an-outage',
    guarantee: 'an id that the registry does not have is dead-lettered at once',
    file: 'lib/effect/registry/confluent-registry.ts',
    find: 'if (errorCode(answer) === SCHEMA_NOT_FOUND) return undefined;',
    replace: '',
    test: { file: FAILURES, name: 'an id that the registry says it does not have is no outage' },
  },
  {
    name: 'ask-for-ids-that-cannot-be',
    guarantee: 'no id that somebody makes up keeps its record unsettled for ever',
    file: 'lib/effect/registry/confluent-registry.ts',
    find: 'if (Number(id) > ID_MAX) return undefined;',
    replace: '',
    test: AVRO_ORDERS,
  },
  {
    name: 'compatibility-is-not-set',
    guarantee: 'every reader reads what every version wrote: the subject says so',
    file: 'lib/effect/registry/confluent-registry.ts',
    find: "const COMPATIBILITY = 'FULL_TRANSITIVE';",
    replace: "const COMPATIBILITY = 'BACKWARD';",
    test: {
      file: 'test/contract/schema-registry.test.ts',
      name: 'Confluent: the subject is FULL_TRANSITIVE, and a schema that does not fit is refused, and said so',
    },
  },
  {
    name: 'believe-any-404',
    guarantee: 'a wrong address is no answer about a schema',
    file: 'lib/effect/registry/confluent-registry.ts',
    find: "return status === 404 && typeof code === 'number' ? code : 0;",
    replace: 'return status === 404 ? SCHEMA_NOT_FOUND : 0;',
    test: {
      file: FAILURES,
      name: 'what is not the record’s fault > 404 "<html>Not found</html>" is an outage, of both questions',
    },
  },
  {
    name: 'drop-what-is-not-known',
    guarantee: 'a reader that meets a newer version drops nothing',
    file: 'lib/codec/envelope.ts',
    find: 'if (unknown.length === 0) return envelope;',
    replace: 'if (unknown.length >= 0) return envelope;',
    test: {
      file: EVOLUTION,
      name: 'an envelope of a newer version is shown: what is known, and the rest as it is',
    },
  },
  {
    name: 'believe-a-list',
    guarantee: 'a list whose items take no bytes cannot fill the memory',
    file: 'lib/codec/avro/read.ts',
    find: 'if (cursor.items < 0) throw',
    replace: 'if (cursor.items < -(2 ** 40)) throw',
    test: { file: READ, name: 'bytes that do not fit > a list of more than its bytes is told' },
  },
  {
    name: 'round-a-long',
    guarantee: 'numbers beyond 2^53 are not rounded',
    file: 'lib/codec/avro/read.ts',
    find: 'return Number.isSafeInteger(Number(value)) ? Number(value) : value;',
    replace: 'return Number(value);',
    test: {
      file: READ,
      name: 'numbers are never rounded > 9007199254740993n stays what it is',
    },
  },
];
