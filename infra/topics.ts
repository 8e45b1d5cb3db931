import type { Config } from '../lib/config.ts';

/** A topic as it should be, wherever it is created. */
export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

export const PARTITIONS_DEFAULT = 4;
export const RETENTION_MS = 30 * 24 * 60 * 60 * 1000;
/** The largest record that the order topic takes: 1 MiB, counted before compression. */
export const ORDER_BYTES_MAX = 1024 * 1024;
/** Copies carry a state header, and AWS's wrapper is base64 in JSON: larger than any order. */
export const COPY_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Every topic of the service: order, one for each retry tier (those being drained too), redrive, intake, jobs, DLQ. The only
 * place that says what they are like; the local stack and the deployment create them from here. Pure, total.
 */
export function topicTable(
  config: Pick<Config, 'topics' | 'policy'>,
  partitions: number = PARTITIONS_DEFAULT,
): readonly TopicSpec[] {
  const { order, redrive, intake, dlq, jobs } = config.topics;
  const copies = [...config.policy.tiers.map((tier) => tier.topic), redrive, intake];
  return [
    {
      topic: order,
      partitions,
      configs: {
        ...deleted,
        'max.message.bytes': String(ORDER_BYTES_MAX),
        // Otherwise the limit counts compressed bytes, and a record of any size gets in.
        'compression.type': 'uncompressed',
      },
    },
    ...copies.map((topic) => ({
      topic,
      partitions,
      configs: { ...deleted, 'max.message.bytes': String(COPY_BYTES_MAX) },
    })),
    {
      topic: jobs,
      partitions,
      configs: { ...deleted, 'max.message.bytes': String(ORDER_BYTES_MAX) },
    },
    {
      topic: dlq,
      partitions,
      configs: {
        // A dead letter stays until a tombstone takes it off; readers have 30 days to see the tombstone.
        'cleanup.policy': 'compact',
        'delete.retention.ms': String(RETENTION_MS),
        'max.message.bytes': String(COPY_BYTES_MAX),
      },
    },
  ];
}

const deleted = { 'cleanup.policy': 'delete', 'retention.ms': String(RETENTION_MS) };

/**
 * Retry topics that exist although neither the policy nor DLQ_DRAIN_DELAYS_MS names them: nobody would read them.
 * Whatever stands behind `-retry-` counts, for lost records are worse than a refusal too many. Pure, total.
 */
export function forgottenRetryTopics(
  existing: readonly string[],
  config: Pick<Config, 'topics' | 'policy'>,
): readonly string[] {
  const named = new Set(topicTable(config).map(({ topic }) => topic));
  const prefix = `${config.topics.order}-retry-`;
  return existing.filter((topic) => topic.startsWith(prefix) && !named.has(topic)).toSorted();
}

/** Longest delay that DLQ_DRAIN_DELAYS_MS takes. */
const DELAY_MS_MAX = 840_000;

/**
 * The delay that gives a retry topic its name, in milliseconds; undefined where none does (`-1000ms` would be `-1s`).
 * Reverse of `tierTopic`.
 */
export function delayOfRetryTopic(topic: string): number | undefined {
  const [, number, unit] = /-retry-([1-9]\d{0,8})(ms|s)$/.exec(topic) ?? [];
  if (number === undefined) return undefined;
  const delayMs = Number(number) * (unit === 's' ? 1000 : 1);
  if (delayMs > DELAY_MS_MAX || (unit === 'ms' && delayMs % 1000 === 0)) return undefined;
  return delayMs;
}
