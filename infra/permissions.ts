import { groupOf, type Config } from '../lib/config.ts';
import { BY_ACTIVITY, BY_ARRIVAL, BY_GROUP, BY_START } from '../lib/model/table-indexes.ts';

export type FunctionName =
  | 'create-order'
  | 'get-order'
  | 'process-orders'
  | 'retry-orders'
  | 'publish-dead-letter'
  | 'get-dlq-info'
  | 'list-dlq-messages'
  | 'get-dlq-message'
  | 'list-dlq-groups'
  | 'start-dlq-job'
  | 'get-dlq-job'
  | 'cancel-dlq-job'
  | 'work-dlq-jobs'
  | 'reindex-dead-letters'
  | 'docs';

/** What a function does to the world, by the names that Kafka, DynamoDB and Glue have for it. */
export interface Needs {
  /** Topics of its event source mappings, each with its group. */
  readonly consumes?: readonly { readonly topic: string; readonly group: string }[];
  /** Where AWS puts what a mapping gave up. */
  readonly onFailure?: string;
  readonly writes?: readonly string[];
  /** Topics that it reads by offset, without a group. */
  readonly reads?: readonly string[];
  readonly describesGroups?: readonly string[];
  readonly tables?: readonly TableNeed[];
  /** In AWS Glue. */
  readonly schemas?: SchemaNeed;
}

interface SchemaNeed {
  readonly registry: string;
  /** Whether it asks for schemas that it meets, by their id. */
  readonly reads: boolean;
  /** Subject whose schema it registers where it is not there. */
  readonly registers?: string;
}

interface TableNeed {
  /** Its name. */
  readonly table: string;
  readonly index?: string;
  readonly actions: readonly TableAction[];
}

type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem';

export type NeedsConfig = Pick<
  Config,
  | 'topics'
  | 'policy'
  | 'consumerGroup'
  | 'ordersTable'
  | 'deadLettersTable'
  | 'groupsTable'
  | 'jobsTable'
  | 'glueRegistry'
  | 'orderEventsFormat'
>;

const READ_AND_WRITE = ['GetItem', 'PutItem'] as const;

/**
 * The only place that says what each function may do. Retry, redrive, intake and DLQ topics are written by those functions
 * alone whose work it is: the state that travels in a header needs no signature for that reason. Pure, total.
 */
export function needsTable(config: NeedsConfig): Readonly<Record<FunctionName, Needs>> {
  const { order, redrive, intake, dlq, jobs } = config.topics;
  const { tiers, tierAfterAttempt } = config.policy;
  const { ordersTable, deadLettersTable, groupsTable, jobsTable } = config;
  const { glueRegistry: registry, orderEventsFormat } = config;
  const lists: TableNeed[] = [BY_ARRIVAL, BY_GROUP].map((index) => ({
    table: deadLettersTable,
    index,
    actions: ['Query'],
  }));
  const consumed = (topic: string) => ({ topic, group: groupOf(topic, config) });
  const tierTopics = tiers.map(({ topic }) => topic);
  // One that is only being drained gets nothing new.
  const written = [...new Set(tierAfterAttempt.map(({ topic }) => topic))];
  const schemas = (need: Omit<SchemaNeed, 'registry'>): Pick<Needs, 'schemas'> =>
    registry === '' ? {} : { schemas: { registry, ...need } };
  return {
    'create-order': {
      writes: [order],
      ...(orderEventsFormat === 'avro' && schemas({ reads: false, registers: `${order}-value` })),
    },
    'get-order': { tables: [{ table: ordersTable, actions: ['GetItem'] }] },
    'process-orders': {
      consumes: [consumed(order)],
      onFailure: intake,
      // A record of the order topic is at its first attempt, whatever its headers say.
      writes: [...written.slice(0, 1), intake],
      tables: [{ table: ordersTable, actions: READ_AND_WRITE }],
      ...schemas({ reads: true }),
    },
    'retry-orders': {
      consumes: [...tierTopics, redrive].map(consumed),
      onFailure: intake,
      writes: [...written, intake],
      tables: [{ table: ordersTable, actions: READ_AND_WRITE }],
      ...schemas({ reads: true }),
    },
    'publish-dead-letter': {
      consumes: [consumed(intake)],
      writes: [dlq],
      tables: [
        { table: deadLettersTable, actions: ['BatchGetItem', 'PutItem'] },
        { table: groupsTable, actions: ['UpdateItem'] },
      ],
      ...schemas({ reads: true, registers: `${dlq}-value` }),
    },
    'get-dlq-info': {
      reads: tierTopics,
      describesGroups: [order, ...tierTopics].map((topic) => groupOf(topic, config)),
      ...schemas({ reads: true }),
    },
    'list-dlq-messages': { tables: lists },
    'get-dlq-message': {
      reads: [dlq],
      tables: [{ table: deadLettersTable, actions: ['GetItem'] }],
      ...schemas({ reads: true }),
    },
    'list-dlq-groups': {
      tables: [{ table: groupsTable, index: BY_ACTIVITY, actions: ['Query'] }],
    },
    'start-dlq-job': {
      writes: [jobs],
      tables: [
        ...lists,
        { table: deadLettersTable, actions: ['BatchGetItem'] },
        { table: groupsTable, actions: ['GetItem'] },
        { table: jobsTable, actions: ['BatchWriteItem', 'GetItem', 'PutItem'] },
      ],
    },
    'get-dlq-job': {
      tables: [
        { table: jobsTable, actions: ['GetItem'] },
        { table: jobsTable, index: BY_START, actions: ['Query'] },
      ],
    },
    'cancel-dlq-job': {
      writes: [jobs],
      tables: [{ table: jobsTable, actions: READ_AND_WRITE }],
    },
    'work-dlq-jobs': {
      consumes: [consumed(jobs)],
      writes: [redrive, intake, jobs],
      reads: [dlq],
      tables: [
        { table: deadLettersTable, actions: ['BatchGetItem', 'PutItem'] },
        { table: groupsTable, actions: ['UpdateItem'] },
        { table: jobsTable, actions: ['GetItem', 'PutItem', 'Query'] },
      ],
      ...schemas({ reads: true }),
    },
    'reindex-dead-letters': {
      writes: [intake],
      reads: [dlq],
      tables: [
        { table: deadLettersTable, index: BY_GROUP, actions: ['Query'] },
        { table: deadLettersTable, actions: ['BatchGetItem', 'PutItem', 'Scan'] },
        { table: groupsTable, actions: ['DeleteItem', 'GetItem', 'Scan', 'UpdateItem'] },
      ],
      ...schemas({ reads: true }),
    },
    docs: {},
  };
}

/** Whether a function speaks to Kafka itself, or has a mapping. */
export function usesKafka({ consumes, writes, reads, describesGroups }: Needs): boolean {
  return [consumes, writes, reads, describesGroups].some((list) => list !== undefined);
}
