import type { Break } from './break.ts';

const TEMPLATE = 'test/e2e/template.test.ts';
const ROLES = 'test/e2e/template-roles.test.ts';
const PERMISSIONS = 'test/integration/permissions.test.ts';
const CHECKS = 'test/contract/deployment-checks.test.ts';

/** What is sent to AWS. */
export const DEPLOYMENT: readonly Break[] = [
  {
    name: 'retry-role-writes-the-dlq',
    guarantee:
      'retry, redrive, intake and DLQ topics are written by the functions alone whose work it is',
    file: 'infra/permissions.ts',
    find: 'writes: [...written, intake],',
    replace: 'writes: [...written, intake, dlq],',
    test: {
      file: ROLES,
      name: 'only our roles write to retry, redrive, intake, jobs and DLQ topics, each to what its work is',
    },
  },
  {
    name: 'example-is-asked-for-beyond-the-role',
    guarantee: 'a function calls nothing that its role does not allow',
    file: 'lib/flow/reindex-groups.ts',
    find: '(await index.getMany([row.example])).length > 0',
    replace: '(await index.get(row.example)) !== undefined',
    test: {
      file: PERMISSIONS,
      name: 'each function with what its role allows > nothing is called that is not allowed',
    },
  },
  {
    name: 'table-by-wildcard',
    guarantee: 'no statement has a wildcard where AWS has something narrower',
    file: 'infra/role-resources.ts',
    find: '`/index/${index}`',
    replace: "'/index/*'",
    test: {
      file: ROLES,
      name: 'no wildcard: not in an action, and in a resource only where AWS has nothing narrower',
    },
  },
  {
    name: 'open-route',
    guarantee: 'no route of the deployed HTTP API is open',
    file: 'plugins/deployment.ts',
    find: "Properties['AuthorizationType'] = 'AWS_IAM';",
    replace: "Properties['AuthorizationType'] = 'NONE';",
    test: { file: TEMPLATE, name: 'HTTP API and tables > every route asks for IAM' },
  },
  {
    name: 'window-of-zero-is-lost',
    guarantee: 'a window of 0 reaches the template; without one AWS would take 500 ms',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'MaximumBatchingWindowInSeconds: event.maximumBatchingWindow,',
    replace: 'MaximumBatchingWindowInSeconds: event.maximumBatchingWindow || undefined,',
    test: { file: TEMPLATE, name: 'mappings, each with every property > order-events' },
  },
  {
    name: 'endless-attempts-beside-a-destination',
    guarantee: 'attempts are explicit where there is a destination: −1 would be 10 on AWS',
    file: 'infra/mappings.ts',
    find: 'maximumRetryAttempts: RETRY_ATTEMPTS,',
    replace: 'maximumRetryAttempts: Math.min(RETRY_ATTEMPTS, NO_LIMIT),',
    test: { file: TEMPLATE, name: 'mappings, each with every property > order-events-retry-1s' },
  },
  {
    name: 'pollers-without-a-group',
    guarantee: 'all mappings share the pollers of one group, which are paid for',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'PollerGroupName: provisionedPollerConfig.pollerGroupName,',
    replace: 'PollerGroupName: undefined,',
    test: { file: TEMPLATE, name: 'mappings, each with every property > order-events-redrive' },
  },
  {
    name: 'told-to-report-to-nobody',
    guarantee: 'functions are told to report failures only where their mappings listen',
    file: 'infra/serverless-variables.ts',
    find: '...(deployment.partialResponses && { PARTIAL_BATCH_RESPONSES }),',
    replace: 'PARTIAL_BATCH_RESPONSES,',
    test: {
      file: TEMPLATE,
      name: 'functions > switched off in the mappings, the variable is nowhere; a longer tier has a window',
    },
  },
  {
    name: 'switched-in-one-deployment',
    guarantee: 'mappings that do not listen are refused while functions report to them',
    file: 'infra/deployment.ts',
    find: 'if (!reports || partialResponses) return [];',
    replace: 'if (!reports || partialResponses || !partialResponses) return [];',
    test: {
      file: TEMPLATE,
      name: 'functions > functions that report to mappings that do not listen are not packaged',
    },
  },
  {
    name: 'tables-leave-with-the-stack',
    guarantee: 'the tables outlive the stack',
    file: 'infra/table-resources.ts',
    find: "DeletionPolicy: 'Retain',",
    replace: "DeletionPolicy: 'Delete' as 'Retain',",
    test: {
      file: TEMPLATE,
      name: 'HTTP API and tables > the tables outlive the stack, and can be brought back to any second',
    },
  },
  {
    name: 'deployment-forgets-a-retry-topic',
    guarantee: 'the deployment refuses a retry topic that nothing names',
    file: 'plugins/deployment.ts',
    find: 'if (forgotten.length > 0) {',
    replace: 'if (forgotten.length > 9) {',
    test: {
      file: CHECKS,
      name: 'before a deployment sends anything > it refuses a retry topic that nothing names, also on a later page, and says what to set',
    },
  },
  {
    name: 'live-mapping-does-not-listen',
    guarantee: 'functions are not told to report while a live mapping does not listen',
    file: 'plugins/live-switch.ts',
    find: 'groups.includes(group) && !already,',
    replace: 'groups.includes(group) && already,',
    test: {
      file: CHECKS,
      name: 'a live service is not switched in one deployment > functions may not report while a live mapping does not listen; first it has to',
    },
  },
  {
    name: 'live-function-still-reports',
    guarantee: 'mappings do not stop listening while live functions report',
    file: 'plugins/live-switch.ts',
    find: "=== 'on';",
    replace: "=== 'yes';",
    test: {
      file: CHECKS,
      name: 'a live service is not switched in one deployment > mappings may not stop listening while live functions report; first they have to stop',
    },
  },
  {
    name: 'permission-is-missing',
    guarantee: 'no function calls what its role does not allow: DynamoDB',
    file: 'infra/permissions.ts',
    find: "const READ_AND_WRITE = ['GetItem', 'PutItem'] as const;",
    replace: "const READ_AND_WRITE = ['PutItem'] as const;",
    test: {
      file: PERMISSIONS,
      name: 'each function with what its role allows > nothing is called that is not allowed',
    },
  },
  {
    name: 'reading-is-missing',
    guarantee:
      'no function calls what its role does not allow: Kafka, where the broker then refuses',
    file: 'infra/permissions.ts',
    find: '      reads: tierTopics,\n',
    replace: '',
    test: {
      file: PERMISSIONS,
      name: 'each function with what its role allows > does all that it does',
    },
  },
  {
    name: 'permission-that-nobody-needs',
    guarantee: 'no role allows what its function never calls',
    file: 'infra/permissions.ts',
    find: "'create-order': {\n      writes: [order],",
    replace: "'create-order': {\n      reads: [order],\n      writes: [order],",
    test: {
      file: PERMISSIONS,
      name: 'each function with what its role allows > nothing is allowed that nobody calls',
    },
  },
];
