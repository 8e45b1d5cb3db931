import { FIELDS, type Field } from './config-fields.ts';
import { nearestName } from './decide/nearest-name.ts';
import { longestWaitMs, retryPolicy } from './decide/tiers.ts';
import { AppError } from './model/errors.ts';
import type { RetryPolicy } from './model/retry.ts';

/** Time that a function keeps back from its timeout for handing records over and answering. */
export const RESERVE_MS = 5_000;

/** Variables with these beginnings are ours: one that nobody reads is a typing error. */
const OUR_PREFIXES = ['DLQ_'] as const;

type Values = {
  readonly [K in keyof typeof FIELDS]: (typeof FIELDS)[K] extends Field<infer T> ? T : never;
};

export interface Topics {
  readonly order: string;
  readonly redrive: string;
  readonly intake: string;
  readonly dlq: string;
  readonly jobs: string;
}

export interface Config extends Values {
  readonly topics: Topics;
  readonly policy: RetryPolicy;
}

/** Consumer group of a topic's mapping: the order topic has the base name, every other one its own suffix. */
export function groupOf(topic: string, config: Pick<Config, 'consumerGroup' | 'topics'>): string {
  const { order, intake, jobs } = config.topics;
  if (topic === order) return config.consumerGroup;
  if (topic === intake) return `${config.consumerGroup}-dlq-intake`;
  if (topic === jobs) return `${config.consumerGroup}-dlq-jobs`;
  return `${config.consumerGroup}${topic.slice(order.length)}`;
}

const DAY_MS = 86_400_000;

/** How long the index remembers what has ended, and jobs are remembered from their start on. */
export function retentionMsOf({ resolvedRetentionDays }: Pick<Config, 'resolvedRetentionDays'>) {
  return resolvedRetentionDays * DAY_MS;
}

/**
 * Environment → frozen configuration. Empty text counts as not set.
 * @param options handlesBatches: false where no batch is ever taken, so that none has to be able to end
 * @throws AppError CONFIG_INVALID, once, with every fault on a line of its own
 */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  { handlesBatches = true }: { readonly handlesBatches?: boolean } = {},
): Config {
  const faults: string[] = [];
  const values = readFields(env, faults);
  faults.push(...unknownVariables(env));
  const policy = retryPolicy({ ...values, orderTopic: values.orderTopic });
  if (faults.length === 0) {
    faults.push(...contradictions(values, policy));
    if (handlesBatches) faults.push(...endlessBatch(values));
  }
  if (faults.length > 0) {
    throw new AppError('CONFIG_INVALID', `Configuration:\n- ${faults.join('\n- ')}`);
  }
  const topics = topicsOf(values);
  return Object.freeze({ ...values, topics, policy });
}

function topicsOf({ orderTopic, dlqTopic }: Values): Topics {
  return {
    order: orderTopic,
    redrive: `${orderTopic}-redrive`,
    intake: `${dlqTopic}-intake`,
    dlq: dlqTopic,
    jobs: `${dlqTopic}-jobs`,
  };
}

function readFields(env: Readonly<Record<string, string | undefined>>, faults: string[]): Values {
  const read = <T>(field: Field<T>): T => {
    const text = env[field.name];
    if (text === undefined || text === '') return field.fallback;
    try {
      return field.parse(text);
    } catch (error) {
      faults.push(`${field.name} ${(error as Error).message}`);
      return field.fallback;
    }
  };
  const entries = Object.entries(FIELDS).map(([key, field]) => [
    key,
    read(field as Field<unknown>),
  ]);
  return Object.fromEntries(entries) as Values;
}

function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.values(FIELDS).map((field) => field.name);
  return Object.keys(env)
    .filter((name) => OUR_PREFIXES.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !known.includes(name))
    .map((name) => {
      const ours = known.filter((other) => OUR_PREFIXES.some((prefix) => other.startsWith(prefix)));
      const meant = nearestName(name, known);
      const remedy =
        meant === undefined ? `known are ${ours.join(', ')}` : `did you mean ${meant}?`;
      return `${name} is not a variable of this service: ${remedy}`;
    });
}

function contradictions(values: Values, policy: RetryPolicy): string[] {
  const faults: string[] = [];
  const { initialBackoffMs, maxBackoffMs, processingTimeoutMs, functionTimeoutMs } = values;
  if (maxBackoffMs < initialBackoffMs) {
    faults.push(
      `DLQ_MAX_BACKOFF_MS is ${maxBackoffMs}, below DLQ_RETRY_BACKOFF_MS (${initialBackoffMs}): raise it, or lower the other`,
    );
  }
  const longestMs = longestWaitMs(policy);
  const neededMs = longestMs + processingTimeoutMs + RESERVE_MS;
  if (neededMs >= functionTimeoutMs) {
    faults.push(
      longestMs === 0
        ? `PROCESSING_TIMEOUT_MS (${processingTimeoutMs}) + a reserve of ${RESERVE_MS} ms must stay below the function's timeout (${functionTimeoutMs} ms), or no record could ever be started: lower it`
        : `DLQ_MAX_BACKOFF_MS or DLQ_DRAIN_DELAYS_MS cannot be served: the longest wait (${longestMs} ms with jitter) + PROCESSING_TIMEOUT_MS (${processingTimeoutMs}) + a reserve of ${RESERVE_MS} ms must stay below the function's timeout (${functionTimeoutMs} ms, at most 840000): lower the waits or DLQ_RETRY_JITTER`,
    );
  }
  faults.push(...sharedTables(values));
  if (values.schemaRegistryUrl !== '' && values.glueRegistry !== '') {
    faults.push(
      `SCHEMA_REGISTRY_URL and GLUE_SCHEMA_REGISTRY (${values.glueRegistry}) are both set, and dead letters can be in one registry only: take one away`,
    );
  }
  const { order, redrive, intake, dlq, jobs } = topicsOf(values);
  const names = [order, redrive, intake, dlq, jobs, ...policy.tiers.map(({ topic }) => topic)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    faults.push(
      `KAFKA_DLQ_TOPIC (${dlq}) or KAFKA_ORDER_TOPIC (${order}) gives two topics the name ${twice}: the retry, redrive, intake and jobs topics are named after them; choose others`,
    );
  }
  return faults;
}

/** Waits are not in it: due times are absolute, so what was left for lack of time has waited when it comes again. */
function endlessBatch(values: Values): string[] {
  const { batchSizeMax, processingTimeoutMs, functionTimeoutMs, partialResponses } = values;
  const batchMs = batchSizeMax * processingTimeoutMs + RESERVE_MS;
  if (partialResponses || batchMs <= functionTimeoutMs) return [];
  return [
    `PARTIAL_BATCH_RESPONSES is off, so a batch must be able to end: BATCH_SIZE_MAX (${batchSizeMax}) × PROCESSING_TIMEOUT_MS (${processingTimeoutMs}) + a reserve of ${RESERVE_MS} ms is over the function's timeout (${functionTimeoutMs} ms): make the batch or the time limit smaller`,
  ];
}

/** Whatever tables the business has: each has keys of its own. */
function sharedTables(values: Values): string[] {
  const isTable = (key: string): key is keyof Values => key.endsWith('Table');
  const keys = Object.keys(FIELDS).filter(isTable);
  const byTable = Map.groupBy(keys, (key) => String(values[key]));
  return [...byTable].flatMap(([table, [one, other]]) =>
    one === undefined || other === undefined
      ? []
      : `${FIELDS[one].name} and ${FIELDS[other].name} are both ${table}: their keys differ, so name two tables`,
  );
}
