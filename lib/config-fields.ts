import { REGISTRY_FIELDS } from './config-registry.ts';

/** One environment variable: what it means, and how its text becomes a value. */
export interface Field<T> {
  readonly name: string;
  readonly fallback: T;
  readonly meaning: string;
  /** Returns the value, or throws an Error whose message completes "NAME …". */
  parse(text: string): T;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmanagedstreamingforapachekafka.html */
const CLUSTER_ARN_PATTERN =
  /^arn:aws[a-z-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[a-zA-Z0-9-]+\/[a-zA-Z0-9-]+$/;
const AUTHS = ['none', 'tls', 'iam'] as const;
type KafkaAuth = (typeof AUTHS)[number];

const TOPIC_PATTERN = /^[a-zA-Z0-9._-]{1,200}$/;

function integer(text: string, min: number, max: number, unit: string): number {
  const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Error(`is "${text}": write a whole number${unit}`);
  if (value < min || value > max) {
    throw new Error(`is ${value}: it must be between ${min} and ${max}${unit}`);
  }
  return value;
}

const field = <T>(name: string, fallback: T, meaning: string, parse: (text: string) => T) => ({
  name,
  fallback,
  meaning,
  parse,
});

const count = (name: string, fallback: number, min: number, max: number, meaning: string) =>
  field(name, fallback, meaning, (text) => integer(text, min, max, ''));

const milliseconds = (name: string, fallback: number, min: number, max: number, meaning: string) =>
  field(name, fallback, meaning, (text) => integer(text, min, max, ' of milliseconds'));

const topic = (name: string, fallback: string, meaning: string) =>
  field(name, fallback, meaning, (text) => {
    // 200, not Kafka's 249: the names of retry and intake topics are built from it.
    if (!TOPIC_PATTERN.test(text) || text === '.' || text === '..') {
      throw new Error(`is "${text}": a topic name is 1 to 200 of letters, digits, ".", "_", "-"`);
    }
    return text;
  });

const onOff = (name: string, meaning: string) =>
  field(name, false, meaning, (text) => {
    if (text !== 'on' && text !== 'off') throw new Error(`is "${text}": write "on" or "off"`);
    return text === 'on';
  });

const text = (name: string, fallback: string, meaning: string) =>
  field(name, fallback, meaning, (value) => value);

/** Every variable that the functions read. The README's table is compared with this one by a test. */
export const FIELDS = {
  brokers: field<readonly string[]>(
    'KAFKA_BROKERS',
    [],
    'brokers, `host:port`, comma-separated; these or `MSK_CLUSTER_ARN` are required, and these count where both are set',
    (value) => {
      const brokers = value.split(',').map((broker) => broker.trim());
      const bad = brokers.find((broker) => !/^[^\s:,]+:\d{1,5}$/.test(broker));
      if (bad !== undefined) throw new Error(`has "${bad}": write host:port, comma-separated`);
      return brokers;
    },
  ),
  clusterArn: field(
    'MSK_CLUSTER_ARN',
    '',
    'the MSK cluster that the mappings read from; the functions ask AWS for its brokers',
    (value) => {
      if (!CLUSTER_ARN_PATTERN.test(value)) {
        throw new Error(
          `is "${value}": write the ARN of an MSK cluster, arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/ID`,
        );
      }
      return value;
    },
  ),
  auth: field<KafkaAuth | ''>(
    'KAFKA_AUTH',
    '',
    '`none`, `tls` or `iam` (over TLS); not set: `none` with `KAFKA_BROKERS`, otherwise the best that the MSK cluster offers, `iam`, `tls`, `none`',
    (value) => {
      const auth = AUTHS.find((one) => one === value);
      if (auth === undefined) throw new Error(`is "${value}": write ${AUTHS.join(', ')}`);
      return auth;
    },
  ),
  orderTopic: topic(
    'KAFKA_ORDER_TOPIC',
    'order-events',
    'the topic of order events; retry and redrive topics are named after it',
  ),
  dlqTopic: topic(
    'KAFKA_DLQ_TOPIC',
    'order-events-dlq',
    'the topic of dead letters; the intake topic is named after it',
  ),
  consumerGroup: field(
    'KAFKA_CONSUMER_GROUP',
    'order-service-group',
    'consumer group of the order topic; the other mappings\u2019 groups are named after it',
    (value) => {
      if (!/^[a-zA-Z0-9._:/*-]{1,160}$/.test(value)) {
        throw new Error(`is "${value}": a group id is 1 to 160 of letters, digits and . _ : / * -`);
      }
      return value;
    },
  ),
  retriesMax: count(
    'DLQ_MAX_RETRIES',
    3,
    0,
    50,
    'retries after the first attempt; 0 = straight to the DLQ',
  ),
  initialBackoffMs: milliseconds(
    'DLQ_RETRY_BACKOFF_MS',
    1000,
    1,
    840_000,
    'wait before the first retry',
  ),
  maxBackoffMs: milliseconds('DLQ_MAX_BACKOFF_MS', 30_000, 1, 840_000, 'upper bound of any wait'),
  jitter: field(
    'DLQ_RETRY_JITTER',
    0.2,
    'longest share by which a wait is lengthened, 0 to 1; 0 gives the bare formula',
    (value) => {
      const share = value.trim() === '' ? Number.NaN : Number(value);
      if (!(share >= 0 && share <= 1)) throw new Error(`is "${value}": write a number from 0 to 1`);
      return share;
    },
  ),
  drainDelaysMs: field<readonly number[]>(
    'DLQ_DRAIN_DELAYS_MS',
    [],
    'delays of former policies whose retry topics still hold records, comma-separated milliseconds',
    (value) =>
      value === ''
        ? []
        : value.split(',').map((part) => integer(part.trim(), 1, 840_000, ' of milliseconds')),
  ),
  processingTimeoutMs: milliseconds(
    'PROCESSING_TIMEOUT_MS',
    5_000,
    10,
    800_000,
    'time limit of one record; over it the attempt has failed and is retried',
  ),
  concurrencyMax: count(
    'PROCESSING_CONCURRENCY',
    10,
    1,
    1000,
    'records of one partition that are processed side by side, those of one key never',
  ),
  partialResponses: onOff(
    'PARTIAL_BATCH_RESPONSES',
    '`on` only where the live mapping has ReportBatchItemFailures; otherwise an unsettled record fails its batch',
  ),
  batchSizeMax: count(
    'BATCH_SIZE_MAX',
    100,
    1,
    10_000,
    'largest batch of the function\u2019s mappings (of retry topics 100 times as many, at most 10000, with partial responses); without these it must be possible to end one',
  ),
  functionTimeoutMs: milliseconds(
    'FUNCTION_TIMEOUT_MS',
    840_000,
    1000,
    840_000,
    'timeout of the function, set by the deployment; at most 14 minutes behind an MSK mapping',
  ),
  ...REGISTRY_FIELDS,
  failureSimulation: onOff(
    'ORDER_FAILURE_SIMULATION',
    'orders named ORDER-TEST-… fail as the scenarios say; for trying out only',
  ),
  redrivesMax: count(
    'DLQ_MAX_REDRIVES',
    3,
    1,
    1000,
    'redrives of one dead letter after which plans leave it out, unless `force` is given',
  ),
  resolvedRetentionDays: count(
    'DLQ_RESOLVED_RETENTION_DAYS',
    45,
    38,
    3650,
    'days that resolved and purged dead letters stay in the index: longer than any copy can wait in a topic',
  ),
  ordersTable: text('ORDERS_TABLE', 'orders', 'DynamoDB table of processed orders'),
  deadLettersTable: text(
    'DEAD_LETTERS_TABLE',
    'dead-letters',
    'DynamoDB table that indexes the dead letters',
  ),
  groupsTable: text(
    'DEAD_LETTER_GROUPS_TABLE',
    'dead-letter-groups',
    'DynamoDB table of the groups of dead letters',
  ),
  jobsTable: text(
    'DEAD_LETTER_JOBS_TABLE',
    'dead-letter-jobs',
    'DynamoDB table of redrives, discards, restores and purges',
  ),
} as const;
