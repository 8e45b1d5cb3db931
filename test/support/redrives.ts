import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, inject } from 'vitest';
import { readRetryState } from '../../lib/codec/retry-state.ts';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import { createDeadLetterIndex } from '../../lib/effect/dynamodb/dead-letter-index.ts';
import { createGroupStore } from '../../lib/effect/dynamodb/group-store.ts';
import { createJobStore } from '../../lib/effect/dynamodb/job-store.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { cancelJob } from '../../lib/flow/cancel-job.ts';
import { startJob, type StartJobDeps } from '../../lib/flow/start-job.ts';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import type {
  DeadLetterFilter,
  Job,
  JobKind,
  JobSelection,
  JobSettings,
} from '../../lib/model/job.ts';
import { captureLog } from './log-lines.ts';
import { startService, type Service } from './service.ts';
import { until } from './until.ts';

/** A record of the redrive topic: whose it is, and of which redrive. */
export interface RedrivenCopy {
  readonly id: string;
  readonly redriveId: string;
  readonly count: number;
  readonly value: string;
}

/** Jobs over the dead letters of one service, started as the API starts them. */
export interface Redrives {
  /** What the index holds of the service's own dead letters, of those states. */
  items(...states: readonly DeadLetterItem['state'][]): Promise<readonly DeadLetterItem[]>;
  /** Waits until so many are in the DLQ. */
  untilOpen(count: number): Promise<readonly DeadLetterItem[]>;
  /** Starts a job over those of the filter. */
  start(kind: JobKind, filter: DeadLetterFilter, settings?: Partial<JobSettings>): Promise<Job>;
  /** The same over these. */
  startIds(kind: JobKind, ids: readonly string[], settings?: Partial<JobSettings>): Promise<Job>;
  cancel(job: Job): Promise<Job>;
  job(id: string): Promise<Job>;
  /** Waits until the job is over. */
  untilOver(job: Job, timeoutMs?: number): Promise<Job>;
  copies(): Promise<readonly RedrivenCopy[]>;
  /** The last record of each key of the DLQ topic: true where it is a tombstone. */
  tombstones(): Promise<ReadonlyMap<string, boolean>>;
}

const SETTINGS: JobSettings = {
  ratePerSecond: 200,
  canary: 1,
  stopAtFailureRatio: 0.2,
  limit: 10_000,
  force: false,
};

/** A service and the jobs over its dead letters: started before the tests of a file, stopped after them. */
export function serviceWithRedrives(env: Readonly<Record<string, string>> = {}) {
  let service: Service | undefined;
  beforeAll(async () => {
    service = await startService({ env });
  });
  afterAll(() => service?.[Symbol.asyncDispose]());
  /** Within a test. */
  return () => {
    if (service === undefined) throw new Error('the service is not started yet');
    return { service, redrives: redrivesOf(service) };
  };
}

export function redrivesOf(
  service: Service,
  dynamodbEndpoint: string = inject('dynamodbEndpoint'),
): Redrives {
  const { config, client } = service;
  const aws = new DynamoDBClient({
    endpoint: dynamodbEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const load = async () => ({ sdk: await import('@aws-sdk/client-dynamodb'), client: aws });
  const { topics } = config;
  const index = createDeadLetterIndex({ table: config.deadLettersTable, load });
  const jobs = createJobStore({ table: config.jobsTable, load });
  const deps: StartJobDeps = {
    index,
    jobs,
    groups: createGroupStore({ table: config.groupsTable, load }),
    publisher: client.publisher,
    clock: systemClock,
    log: captureLog().log,
    newId: randomUUID,
    redrivesMax: config.redrivesMax,
    retentionMs: 86_400_000,
    jobsTopic: topics.jobs,
  };
  const soon = () => Date.now() + 30_000;

  const begin = (kind: JobKind, selection: JobSelection, over: Partial<JobSettings> = {}) => {
    const request = { kind, selection, settings: { ...SETTINGS, ...over } };
    return startJob({ request, reason: 'mended', by: 'local', deadlineMs: soon() }, deps);
  };

  const redrives: Redrives = {
    async items(...states) {
      const found: DeadLetterItem[] = [];
      for (const state of states) {
        let after = null;
        do {
          const filter = { state, originalTopic: topics.order };
          const page = await index.list(filter, 1_000, after);
          found.push(...page.items);
          after = page.next;
        } while (after !== null);
      }
      return found;
    },
    untilOpen: (count) =>
      until(`${count} open dead letters`, async () => {
        const open = await redrives.items('open');
        return open.length >= count ? open : undefined;
      }),
    start(kind, filter, over) {
      const own = { originalTopic: topics.order, ...filter };
      return begin(kind, { kind: 'filter', filter: own }, over);
    },
    startIds: (kind, ids, over) => begin(kind, { kind: 'ids', ids }, over),
    cancel: ({ id, kind }) => cancelJob(id, kind, 'local', soon(), deps),
    async job(id) {
      const job = await jobs.get(id);
      if (job === undefined) throw new Error(`no job ${id}`);
      return job;
    },
    untilOver: ({ id }, timeoutMs = 60_000) =>
      until(
        `job ${id} over`,
        async () => {
          const job = await redrives.job(id);
          return job.endedAtMs === null ? undefined : job;
        },
        { timeoutMs },
      ),
    async copies() {
      const records = await service.readTopic(topics.redrive);
      return records.map(({ headers, value }) => {
        const read = readRetryState(headers);
        if (read.kind !== 'valid' || read.state.redrive === undefined) {
          throw new Error('a record of the redrive topic without a redrive');
        }
        const { id: redriveId, count } = read.state.redrive;
        const text = Buffer.from(value ?? '').toString();
        return { id: deadLetterId(read.state.origin), redriveId, count, value: text };
      });
    },
    async tombstones() {
      const records = await service.readTopic(topics.dlq);
      const inOrder = records.toSorted((a, b) => a.offset - b.offset);
      return new Map(
        inOrder.map(({ key, value }) => [Buffer.from(key ?? '').toString(), value === null]),
      );
    },
  };
  return redrives;
}
