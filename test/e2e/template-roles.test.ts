import { beforeAll, expect, test } from 'vitest';
import { createPackager, type Template } from '../support/package.ts';

/* Who may do what, over every statement of the packaged template. The expectations are written by hand. */

const CLUSTER = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';

interface Statement {
  readonly role: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly hasOtherParts: boolean;
}

const packageTo = createPackager();
let template: Template;
let statements: readonly Statement[];
beforeAll(async () => {
  ({ template } = await packageTo({ MSK_CLUSTER_ARN: CLUSTER, DLQ_DRAIN_DELAYS_MS: '1500' }));
  statements = rolesOf(template).flatMap(([role, { Properties }]) =>
    (Properties['Policies'] as { PolicyDocument: { Statement: Record<string, unknown>[] } }[])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .map(({ Effect, Action, Resource, ...others }) => ({
        role: role.replace(/Role$/, ''),
        effect: String(Effect),
        actions: [Action].flat().map(String),
        resources: [Resource].flat(),
        hasOtherParts: Object.keys(others).length > 0,
      })),
  );
});

const rolesOf = ({ Resources }: Template) =>
  Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');

/** `role → name` of everything of a kind that an action is allowed on. */
const allowed = (action: string, kind: 'topic' | 'group'): string[] =>
  statements
    .filter(({ actions }) => actions.includes(action))
    .flatMap(({ role, resources }) =>
      resources.map((resource) => {
        const prefix = `${CLUSTER.replace(':cluster/', `:${kind}/`)}/`;
        expect(String(resource).startsWith(prefix)).toBe(true);
        return `${role} → ${String(resource).slice(prefix.length)}`;
      }),
    )
    .toSorted();

test('a role for each function, which Lambda alone may take, and no other policy anywhere', () => {
  expect(
    rolesOf(template)
      .map(([id]) => id)
      .toSorted(),
  ).toEqual([
    'CancelDlqJobRole',
    'CreateOrderRole',
    'DocsRole',
    'GetDlqInfoRole',
    'GetDlqJobRole',
    'GetDlqMessageRole',
    'GetOrderRole',
    'ListDlqGroupsRole',
    'ListDlqMessagesRole',
    'ProcessOrdersRole',
    'PublishDeadLetterRole',
    'ReindexDeadLettersRole',
    'RetryOrdersRole',
    'StartDlqJobRole',
    'WorkDlqJobsRole',
  ]);
  for (const [, { Properties }] of rolesOf(template)) {
    expect(Object.keys(Properties).toSorted()).toEqual(['AssumeRolePolicyDocument', 'Policies']);
    expect(Properties['AssumeRolePolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    });
    // AWS's limit on the inline policies of a role.
    expect(JSON.stringify(Properties['Policies']).length).toBeLessThanOrEqual(10_240);
  }
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  expect([...types].filter((type) => type.endsWith('Policy'))).toEqual(['AWS::S3::BucketPolicy']);
});

test('only our roles write to retry, redrive, intake, jobs and DLQ topics, each to what its work is', () => {
  expect(allowed('kafka-cluster:WriteData', 'topic')).toEqual([
    'CancelDlqJob → order-events-dlq-jobs',
    'CreateOrder → order-events',
    'ProcessOrders → order-events-dlq-intake',
    'ProcessOrders → order-events-retry-1s',
    'PublishDeadLetter → order-events-dlq',
    'ReindexDeadLetters → order-events-dlq-intake',
    'RetryOrders → order-events-dlq-intake',
    'RetryOrders → order-events-retry-1s',
    'RetryOrders → order-events-retry-2s',
    'RetryOrders → order-events-retry-4s',
    'StartDlqJob → order-events-dlq-jobs',
    'WorkDlqJobs → order-events-dlq-intake',
    'WorkDlqJobs → order-events-dlq-jobs',
    'WorkDlqJobs → order-events-redrive',
  ]);
});

test('each reads what its mapping or its endpoint reads', () => {
  const consumed = [
    'ProcessOrders → order-events',
    'PublishDeadLetter → order-events-dlq-intake',
    'RetryOrders → order-events-redrive',
    'RetryOrders → order-events-retry-1500ms',
    'RetryOrders → order-events-retry-1s',
    'RetryOrders → order-events-retry-2s',
    'RetryOrders → order-events-retry-4s',
    'WorkDlqJobs → order-events-dlq-jobs',
  ];
  expect(allowed('kafka-cluster:ReadData', 'topic')).toEqual(
    [
      ...consumed,
      'GetDlqInfo → order-events-retry-1500ms',
      'GetDlqInfo → order-events-retry-1s',
      'GetDlqInfo → order-events-retry-2s',
      'GetDlqInfo → order-events-retry-4s',
      'GetDlqMessage → order-events-dlq',
      'ReindexDeadLetters → order-events-dlq',
      'WorkDlqJobs → order-events-dlq',
      // The on-failure destination, as in AWS's example.
      'ProcessOrders → order-events-dlq-intake',
      'RetryOrders → order-events-dlq-intake',
    ].toSorted(),
  );
  expect(allowed('kafka-cluster:AlterGroup', 'group')).toEqual([
    'ProcessOrders → order-service-group',
    'PublishDeadLetter → order-service-group-dlq-intake',
    'RetryOrders → order-service-group-redrive',
    'RetryOrders → order-service-group-retry-1500ms',
    'RetryOrders → order-service-group-retry-1s',
    'RetryOrders → order-service-group-retry-2s',
    'RetryOrders → order-service-group-retry-4s',
    'WorkDlqJobs → order-service-group-dlq-jobs',
  ]);
});

test('tables: each role its own, by name, and no more than it does', () => {
  const found = statements.flatMap(({ role, actions, resources }) =>
    actions
      .filter((action) => action.startsWith('dynamodb:'))
      .flatMap((action) => resources.map((one) => `${role} ${action} ${JSON.stringify(one)}`)),
  );
  const table = (name: string) =>
    `{"Fn::Sub":"arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${name}"}`;
  const orders = table('orders');
  const deadLetters = table('dead-letters');
  const groups = table('dead-letter-groups');
  const jobs = table('dead-letter-jobs');
  const byArrival = table('dead-letters/index/by-arrival');
  const byGroup = table('dead-letters/index/by-group');
  const groupsList = table('dead-letter-groups/index/by-activity');
  const jobsList = table('dead-letter-jobs/index/by-start');
  const may = (role: string, resource: string, ...actions: string[]) =>
    actions.map((action) => `${role} dynamodb:${action} ${resource}`);
  expect(found.toSorted()).toEqual(
    [
      ...may('CancelDlqJob', jobs, 'GetItem', 'PutItem'),
      ...may('GetDlqJob', jobs, 'GetItem'),
      ...may('GetDlqJob', jobsList, 'Query'),
      ...may('GetDlqMessage', deadLetters, 'GetItem'),
      ...may('GetOrder', orders, 'GetItem'),
      ...may('ListDlqGroups', groupsList, 'Query'),
      ...may('ListDlqMessages', byArrival, 'Query'),
      ...may('ListDlqMessages', byGroup, 'Query'),
      ...may('ProcessOrders', orders, 'GetItem', 'PutItem'),
      ...may('PublishDeadLetter', deadLetters, 'BatchGetItem', 'PutItem'),
      ...may('PublishDeadLetter', groups, 'UpdateItem'),
      ...may('ReindexDeadLetters', byGroup, 'Query'),
      ...may('ReindexDeadLetters', deadLetters, 'BatchGetItem', 'PutItem', 'Scan'),
      ...may('ReindexDeadLetters', groups, 'DeleteItem', 'GetItem', 'Scan', 'UpdateItem'),
      ...may('RetryOrders', orders, 'GetItem', 'PutItem'),
      ...may('StartDlqJob', byArrival, 'Query'),
      ...may('StartDlqJob', byGroup, 'Query'),
      ...may('StartDlqJob', deadLetters, 'BatchGetItem'),
      ...may('StartDlqJob', groups, 'GetItem'),
      ...may('StartDlqJob', jobs, 'BatchWriteItem', 'GetItem', 'PutItem'),
      ...may('WorkDlqJobs', deadLetters, 'BatchGetItem', 'PutItem'),
      ...may('WorkDlqJobs', groups, 'UpdateItem'),
      ...may('WorkDlqJobs', jobs, 'GetItem', 'PutItem', 'Query'),
    ].toSorted(),
  );
});

test('schemas: whoever may meet Avro reads them, by an id alone; each registers its own subject', () => {
  const found = statements.flatMap(({ role, actions, resources }) =>
    actions
      .filter((action) => action.startsWith('glue:'))
      .flatMap((action) => resources.map((one) => `${role} ${action} ${JSON.stringify(one)}`)),
  );
  const arn = (rest: string) =>
    `{"Fn::Sub":"arn:\${AWS::Partition}:glue:\${AWS::Region}:\${AWS::AccountId}:${rest}"}`;
  const registers = ['CreateSchema', 'GetSchemaByDefinition', 'RegisterSchemaVersion'];
  const subject = ['registry/order-service-dev', 'schema/order-service-dev/order-events-dlq-value'];
  expect(found.toSorted()).toEqual(
    [
      ...[
        'GetDlqInfo',
        'GetDlqMessage',
        'ProcessOrders',
        'PublishDeadLetter',
        'ReindexDeadLetters',
        'RetryOrders',
        'WorkDlqJobs',
      ].map((role) => `${role} glue:GetSchemaVersion "*"`),
      ...registers.flatMap((action) =>
        subject.map((rest) => `PublishDeadLetter glue:${action} ${arn(rest)}`),
      ),
    ].toSorted(),
  );
});

test('no wildcard: not in an action, and in a resource only where AWS has nothing narrower', () => {
  const logs =
    /^\{"Fn::Sub":"arn:\$\{AWS::Partition\}:logs:[^*]*:log-group:\/aws\/lambda\/[\w-]+:\*"\}$/;
  for (const { role, effect, actions, resources, hasOtherParts } of statements) {
    expect([role, effect, hasOtherParts]).toEqual([role, 'Allow', false]);
    expect(actions.filter((action) => /[*?]/.test(action))).toEqual([]);
    const wild = resources.filter((one) => /[*?]/.test(JSON.stringify(one)));
    const ofAll = actions.every((one) => one.startsWith('ec2:') || one === 'glue:GetSchemaVersion');
    if (ofAll) expect(wild).toEqual(['*']);
    else expect(wild.filter((one) => !logs.test(JSON.stringify(one)))).toEqual([]);
  }
});

test('an action stands with resources of its own service', () => {
  const services: Record<string, RegExp> = {
    logs: /:logs:/,
    ec2: /^"\*"$/,
    kafka: /:cluster\//,
    'kafka-cluster': /:(cluster|topic|group)\//,
    dynamodb: /:dynamodb:[^*]*:table\//,
    glue: /^"\*"$|:glue:[^*]*:(registry|schema)\//,
  };
  for (const { actions, resources } of statements) {
    for (const action of actions) {
      const service = services[action.split(':')[0] ?? ''];
      for (const one of resources) expect(JSON.stringify(one)).toMatch(service ?? /nothing/);
    }
  }
});
