import type { Break } from './break.ts';

const REQUEST = 'test/unit/codec/job-request.test.ts';
const JOBS = 'test/integration/http-dlq-jobs.test.ts';
const LISTS = 'test/integration/http-dlq-lists.test.ts';

/** What operators ask for over HTTP, and who they are. */
export const HTTP_JOBS: readonly Break[] = [
  {
    name: 'starts-by-itself',
    guarantee: 'what does not say `dryRun: false` is a plan, and changes nothing',
    file: 'lib/codec/job-request.ts',
    find: 'const { dryRun = true, planId,',
    replace: 'const { dryRun = false, planId,',
    test: {
      file: JOBS,
      name: 'a redrive > is planned first: counted exactly, and nothing changes',
    },
  },
  {
    name: 'start-without-reason',
    guarantee: 'nobody starts anything without saying why',
    file: 'lib/codec/job-request.ts',
    find: 'if (!dryRun && reason === undefined) faults.push(',
    replace: 'if (!dryRun && reason === null) faults.push(',
    test: {
      file: LISTS,
      name: 'what is refused > is a start without a reason, and it starts nothing',
    },
  },
  {
    name: 'two-selections',
    guarantee: 'exactly one of planId, ids, group and filter selects',
    file: 'lib/codec/job-request.ts',
    find: 'if (named.length === 1) return undefined;',
    replace: 'if (named.length >= 1) return undefined;',
    test: {
      file: REQUEST,
      name: 'what is asked for > is a start only where dryRun is false and a reason is there',
    },
  },
  {
    name: 'settings-beside-a-plan',
    guarantee: 'a plan is started as it was planned',
    file: 'lib/codec/job-request.ts',
    find: 'if (planId !== undefined) faults.push(...planFaults(dryRun, asked));',
    replace: 'if (planId === "") faults.push(...planFaults(dryRun, asked));',
    test: {
      file: 'test/unit/wire-dlq-jobs-http.test.ts',
      name: 'a wrong request > to start is answered with field, fault and remedy: canary beside planId: leave out',
    },
  },
  {
    name: 'group-is-no-filter',
    guarantee: 'a redrive of a group takes that group alone',
    file: 'lib/codec/job-request.ts',
    find: 'filter: wanted ?? { group } }',
    replace: 'filter: wanted ?? {} }',
    test: { file: REQUEST, name: 'what is asked for > nothing but a group: a plan' },
  },
  {
    name: 'filter-without-origin',
    guarantee: 'the list can be filtered by group and origin',
    file: 'lib/codec/filter-fields.ts',
    find: 'export function toFilter({ from, to, ...same }: FilterInput)',
    replace:
      'export function toFilter({ from, to, group: _g, originalTopic: _t, ...same }: FilterInput)',
    test: { file: LISTS, name: 'the list > is filtered by state, group and origin' },
  },
  {
    name: 'partition-of-any-topic',
    guarantee: 'a partition is one of the order topic where no topic is named',
    file: 'lib/decide/filter-fault.ts',
    find: 'return { ...filter, originalTopic: orderTopic };',
    replace: 'return { ...filter };',
    test: {
      file: 'test/unit/flow/list-dead-letters.test.ts',
      name: 'filters > take a partition as one of the order topic where no topic is named',
    },
  },
  {
    name: 'everybody-is-local',
    guarantee: 'a change says who made it: the IAM principal that API Gateway let in',
    file: 'lib/lambda/http-handler.ts',
    find: 'principal: principalOf(event),',
    replace: 'principal: principalOf({ ...event, requestContext: {} as never }),',
    test: {
      file: JOBS,
      name: 'a redrive > of a selection is frozen and started at once, and known by whoever asked for it',
    },
  },
  {
    name: 'jwt-before-iam',
    guarantee: 'an IAM principal is known by its ARN',
    file: 'lib/lambda/http-principal.ts',
    find: '[authorizer?.iam?.userArn, authorizer?.jwt?.claims?.sub]',
    replace: '[authorizer?.jwt?.claims?.sub, authorizer?.iam?.userArn]',
    test: {
      file: 'test/unit/lambda/http-principal.test.ts',
      name: 'of both',
    },
  },
  {
    name: 'purged-is-shown',
    guarantee: 'the bytes of a purged dead letter are shown to nobody',
    file: 'lib/flow/read-dead-letter.ts',
    find: 'isFinal(item.state) ? undefined : await',
    replace: "item.id === '' ? undefined : await",
    test: {
      file: JOBS,
      name: 'discard, restore and purge > lead there and back, and away for good; each change is in the history and in the log',
    },
  },
  {
    name: 'one-route-for-all',
    guarantee: 'a function with several routes answers each as that route',
    file: 'lib/lambda/http-routes.ts',
    find: '(handlers.get(event.routeKey) ?? elsewhere)',
    replace: '([...handlers.values()][0] ?? elsewhere)',
    test: {
      file: 'test/unit/lambda/http-routes.test.ts',
      name: 'asks the endpoint of the route that API Gateway names',
    },
  },
  {
    name: 'cursor-of-another-kind',
    guarantee: 'a cursor of one list is refused by another',
    file: 'lib/flow/list-jobs.ts',
    find: 'const list = { list: `${kind}s` };',
    replace: "const list = { list: 'jobs' };",
    test: {
      file: 'test/unit/flow/list-jobs.test.ts',
      name: 'refuses the cursor of another kind',
    },
  },
  {
    name: 'stale-is-not-marked',
    guarantee: 'a redrive without an outcome in time is shown as stale',
    file: 'lib/codec/dead-letter-json.ts',
    find: '...(isStale(item, nowMs) ? { stale: true as const } : {}),',
    replace: '...(isStale(item, 0) ? { stale: true as const } : {}),',
    test: {
      file: 'test/unit/codec/dead-letter-json.test.ts',
      name: 'its redrive > is marked stale at its time: true',
    },
  },
  {
    name: 'skipped-by-the-plan-is-forgotten',
    guarantee: 'a job says what it leaves alone, by its plan as by its work',
    file: 'lib/codec/job-json.ts',
    find: '(skippedByPlan[reason] ?? 0) + (progress.skipped[reason] ?? 0)',
    replace: '(skippedByPlan[reason] && 0) ?? progress.skipped[reason] ?? 0',
    test: {
      file: 'test/unit/codec/job-json.test.ts',
      name: 'a job > has its progress, with what the plan and what the slices left alone in one',
    },
  },
];
