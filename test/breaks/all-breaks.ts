import type { Break } from './break.ts';
import { BYTES } from './bytes.ts';
import { CONFIGURATION } from './configuration.ts';
import { DEAD_LETTER_LIFE } from './dead-letter-life.ts';
import { DEAD_LETTERS } from './dead-letters.ts';
import { EVENT_SOURCE_RULES } from './event-source-rules.ts';
import { DECISIONS } from './decisions.ts';
import { DEPLOYMENT } from './deployment.ts';
import { EVENT_SOURCE } from './event-source.ts';
import { DEMO } from './demo.ts';
import { FINDING_BROKERS } from './finding-brokers.ts';
import { HTTP_API } from './http-api.ts';
import { HTTP_JOBS } from './http-jobs.ts';
import { HTTP_REFUSALS } from './http-refusals.ts';
import { JOB_COUNTS } from './job-counts.ts';
import { JOBS } from './jobs.ts';
import { KAFKA_CLIENT } from './kafka-client.ts';
import { LISTS } from './lists.ts';
import { LOCAL_STACK } from './local-stack.ts';
import { MAPPINGS_AND_TOPICS } from './mappings-and-topics.ts';
import { OBSERVABILITY } from './observability.ts';
import { ORDER_DLQ } from './order-dlq.ts';
import { ORDERS } from './orders.ts';
import { PACKAGING } from './packaging.ts';
import { REDRIVE_OUTCOME } from './redrive-outcome.ts';
import { REGISTRY } from './registry.ts';
import { REINDEXING } from './reindex.ts';
import { RETRIES } from './retries.ts';
import { SETTLEMENT } from './settlement.ts';
import { STORES } from './stores.ts';
import { TERMINAL } from './terminal.ts';

export const ALL_BREAKS: readonly Break[] = [
  ...SETTLEMENT,
  ...REDRIVE_OUTCOME,
  ...RETRIES,
  ...DECISIONS,
  ...BYTES,
  ...DEAD_LETTERS,
  ...DEAD_LETTER_LIFE,
  ...JOBS,
  ...JOB_COUNTS,
  ...REINDEXING,
  ...LISTS,
  ...STORES,
  ...HTTP_API,
  ...HTTP_JOBS,
  ...HTTP_REFUSALS,
  ...ORDERS,
  ...OBSERVABILITY,
  ...KAFKA_CLIENT,
  ...EVENT_SOURCE,
  ...EVENT_SOURCE_RULES,
  ...MAPPINGS_AND_TOPICS,
  ...PACKAGING,
  ...FINDING_BROKERS,
  ...REGISTRY,
  ...LOCAL_STACK,
  ...CONFIGURATION,
  ...TERMINAL,
  ...ORDER_DLQ,
  ...DEMO,
  ...DEPLOYMENT,
];
