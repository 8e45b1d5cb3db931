import type { Break } from './break.ts';

const ATTRIBUTES = 'lib/effect/dynamodb/dead-letter-attributes.ts';
const BATCHES = 'lib/effect/dynamodb/batch-requests.ts';
const GROUP_STORE = 'lib/effect/dynamodb/group-store.ts';
const JOB_STORE = 'lib/effect/dynamodb/job-store.ts';

const index = (name: string) => ({ file: 'test/contract/dead-letter-index.test.ts', name });
const groups = (name: string) => ({ file: 'test/contract/group-store.test.ts', name });
const jobs = (name: string) => ({ file: 'test/contract/job-store.test.ts', name });

/** Dead letters, groups and jobs as the tables hold them. */
export const STORES: readonly Break[] = [
  {
    name: 'open-ones-expire',
    guarantee: 'nothing expires unresolved',
    file: ATTRIBUTES,
    find: '...(expiresAtMs === null ? {} : { expiresAt: Math.ceil(expiresAtMs / 1000) }),',
    replace: 'expiresAt: Math.ceil((expiresAtMs ?? item.arrivedAtMs) / 1000),',
    test: index('in DynamoDB > only what has ended tells when it may be forgotten, in seconds'),
  },
  {
    name: 'expiry-in-milliseconds',
    guarantee: 'what has ended is forgotten when its time has come',
    file: ATTRIBUTES,
    find: 'Math.ceil(expiresAtMs / 1000)',
    replace: 'expiresAtMs',
    test: {
      file: 'test/unit/effect/dynamodb/dead-letter-attributes.test.ts',
      name: 'tells the table when to forget it, in seconds, where it has ended',
    },
  },
  {
    name: 'jobs-are-kept-for-ever',
    guarantee: 'the table of jobs forgets them',
    file: 'infra/tables.ts',
    find: 'table === config.deadLettersTable || table === config.jobsTable',
    replace: 'table === config.deadLettersTable',
    test: {
      file: 'test/unit/infra/serverless-variables.test.ts',
      name: 'serviceVariables > lets the tables forget what has ended, and nothing else',
    },
  },
  {
    name: 'group-goes-by-its-counts',
    guarantee: 'no group is forgotten for what its counts say',
    file: 'infra/tables.ts',
    find: 'table === config.deadLettersTable || table === config.jobsTable',
    replace: 'table !== config.ordersTable',
    test: {
      file: 'test/unit/infra/serverless-variables.test.ts',
      name: 'serviceVariables > lets the tables forget what has ended, and nothing else',
    },
  },
  {
    name: 'group-goes-before-its-dead-letters',
    guarantee: 'a group is dropped only where nothing is left of it',
    file: GROUP_STORE,
    find: 'DEAD_LETTER_STATES.every((state) => counts[state] === 0)',
    replace: 'counts.open === 0',
    test: groups(
      'a group in DynamoDB whose counts say that all has ended > stays until a recount finds nothing left of it: counts alone may be wrong',
    ),
  },
  {
    name: 'sweep-of-groups-ends-early',
    guarantee: 'every group is met, wherever a reindex is cut off',
    file: GROUP_STORE,
    find: "row['group']?.S ?? []), next };",
    replace: "row['group']?.S ?? []), next: null };",
    test: groups(
      'the sweep of groups in DynamoDB > meets each once, in bounded pages, whatever happens to those that are still to come',
    ),
  },
  {
    name: 'history-is-not-stored',
    guarantee: 'the history of a dead letter is kept with it',
    file: ATTRIBUTES,
    find: 'history: JSON.stringify(history),',
    replace: "history: '[]',",
    test: index('an item in DynamoDB > comes back as it was: redriven before'),
  },
  {
    name: 'former-items-have-no-group',
    guarantee: 'dead letters of a former version live on',
    file: ATTRIBUTES,
    find: "flat['group'] === undefined ? withoutLife(item) : item",
    replace: 'item',
    test: index(
      'in DynamoDB > an item of before dead letters had a life is read and listed, and lives on',
    ),
  },
  {
    name: 'batch-reads-old-items',
    guarantee: 'several items are read strongly consistent',
    file: BATCHES,
    find: 'ConsistentRead: true',
    replace: 'ConsistentRead: false',
    test: index('in DynamoDB > reads are strongly consistent, one and several'),
  },
  {
    name: 'busy-table-loses-a-part',
    guarantee: 'what a busy table leaves out of a batch is asked for again',
    file: BATCHES,
    find: 'if (undone === undefined || Object.keys(undone).length === 0) return;',
    replace: 'if (undone !== left) return;',
    test: jobs('in DynamoDB > what a busy table leaves out of a batch is asked for again'),
  },
  {
    name: 'group-is-new-every-time',
    guarantee: 'a group is new once',
    file: GROUP_STORE,
    find: "return old['version'] === undefined;",
    replace: 'return true;',
    test: groups(
      'a group in DynamoDB > is new for exactly one of many writers, and every failure counts',
    ),
  },
  {
    name: 'last-seen-goes-back',
    guarantee: 'a group was last seen when its newest failure came',
    file: GROUP_STORE,
    find: 'attribute_not_exists(lastSeenAtMs) OR lastSeenAtMs <= :at',
    replace: 'attribute_not_exists(lastSeenAtMs) OR attribute_exists(lastSeenAtMs)',
    test: groups(
      'a group in DynamoDB > was last seen when its newest failure came, in whatever order they are counted',
    ),
  },
  {
    name: 'recount-over-newer-counts',
    guarantee: 'a recount loses no change that came in between',
    file: GROUP_STORE,
    find: "'version = :since'",
    replace: "'version >= :since'",
    test: groups('a recount in DynamoDB > changes nothing where a failure came in between'),
  },
  {
    name: 'two-writes-of-a-group-at-once',
    guarantee: 'a flood of failures with one cause does not fall on one item',
    file: 'lib/flow/merge-group-changes.ts',
    find: 'ends.get(group) ?? Promise.resolve()',
    replace: 'Promise.resolve()',
    test: {
      file: 'test/unit/flow/merge-group-changes.test.ts',
      name: 'groups do not wait for each other, and of each one change at a time is being written',
    },
  },
  {
    name: 'job-revision-is-not-checked',
    guarantee: 'of many that take a job over one wins',
    file: JOB_STORE,
    find: "putRow(toJobRow(job), 'revision = :expected', job.revision - 1)",
    replace: "putRow(toJobRow(job), 'attribute_exists(job)')",
    test: jobs('a job in DynamoDB > is taken over by exactly one of many'),
  },
  {
    name: 'job-before-its-list',
    guarantee: 'a job is there only once its whole list is',
    file: JOB_STORE,
    find: 'await batchPut(chunks, { table, load });',
    replace:
      "await putRow(toJobRow(job), 'attribute_not_exists(job)');\n    await batchPut(chunks, { table, load });",
    test: jobs('in DynamoDB > a job is there only once its whole list is'),
  },
  {
    name: 'list-goes-before-its-job',
    guarantee: 'the frozen list is there for as long as its job can last',
    file: 'lib/effect/dynamodb/job-rows.ts',
    find: 'seconds(job.expiresAtMs + LIST_KEPT_MS)',
    replace: 'seconds(job.expiresAtMs)',
    test: jobs(
      'in DynamoDB > every row of a job tells when it may be forgotten, its list later than any job can last',
    ),
  },
  {
    name: 'plans-are-listed',
    guarantee: 'plans that nobody started are in no list',
    file: 'lib/effect/dynamodb/job-rows.ts',
    find: '...(job.startedAtMs !== null && {',
    replace: '...(job.revision > 0 && {',
    test: jobs(
      'the list of jobs in DynamoDB > holds those of one kind that were started, the newest first, page by page',
    ),
  },
  {
    name: 'list-skips-at-a-chunk',
    guarantee: 'the frozen list can be read from anywhere',
    file: JOB_STORE,
    find: 'Math.floor((position + count - 1) / CHUNK_IDS)',
    replace: 'Math.floor(position / CHUNK_IDS)',
    test: jobs('the frozen list in DynamoDB > can be read from anywhere, any number'),
  },
];
