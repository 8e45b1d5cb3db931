import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import type { FunctionName } from '../../infra/permissions.ts';
import { createGroupStore } from '../../lib/effect/dynamodb/group-store.ts';
import type { GroupStore } from '../../lib/ports/group-store.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import type { IamStack } from './iam-stack.ts';
import { until } from './until.ts';

/** More than the longest slice, whatever patience the test has. */
const JOB_MAX_MS = 60_000;

type Body = Readonly<Record<string, unknown>>;

/**
 * What operators do with dead letters, each function with its role alone: plans over every selection, a redrive to its end,
 * one that is called off, discard, restore and purge, and a reindex that finds something of each kind to mend. Rejects
 * where something does not come.
 */
export async function liveAndDie(stack: IamStack): Promise<void> {
  const post = (name: FunctionName, path: string, body: object, id?: string) =>
    stack.call(name, {
      method: 'POST',
      path: id === undefined ? path : path.replace('{id}', id),
      routeKey: `POST ${path}`,
      body: JSON.stringify(body),
      ...(id !== undefined && { pathParameters: { id } }),
    });
  const get = (name: FunctionName, path: string, id?: string) =>
    stack.call(name, {
      path: id === undefined ? path : path.replace('{id}', id),
      routeKey: `GET ${path}`,
      ...(id !== undefined && { pathParameters: { id } }),
    });
  const listed = async (query = ''): Promise<readonly { id: string; group: string }[]> => {
    const path = `/api/dlq/messages${query}`;
    const { messages } = await stack.call('list-dlq-messages', { path });
    return messages as { id: string; group: string }[];
  };
  const start = async (kinds: string, body: object): Promise<string> => {
    const whole = { dryRun: false, reason: 'tried out', ...body };
    return String((await post('start-dlq-job', `/api/dlq/${kinds}`, whole))['id']);
  };
  const over = (kinds: string, id: string): Promise<Body> => {
    const ended = async () => {
      const { job } = await get('get-dlq-job', `/api/dlq/${kinds}/{id}`, id);
      const { endedAt } = job as { endedAt: string | null };
      return endedAt === null ? undefined : (job as Body);
    };
    return until(`job ${id} of ${kinds} is over`, ended, { timeoutMs: JOB_MAX_MS });
  };

  const [first, second] = await listed('?reason=retries-exhausted');
  const [third] = await listed('?reason=non-retriable');
  const [fourth] = await listed('?reason=undecodable');
  if (fourth === undefined || first === undefined || second === undefined || third === undefined) {
    throw new Error('there are not enough dead letters');
  }
  await listed(`?group=${first.group}`);
  await get('list-dlq-groups', '/api/dlq/groups');
  const plans = [{ filter: { state: 'open' } }, { group: first.group }, { ids: [first.id] }];
  for (const plan of plans) await post('start-dlq-job', '/api/dlq/redrives', plan);
  const { planId } = await post('start-dlq-job', '/api/dlq/redrives', { ids: [first.id] });
  await over('redrives', await start('redrives', { planId }));
  await get('get-dlq-job', '/api/dlq/redrives');
  const few = { ids: [first.id, second.id, third.id], ratePerSecond: 1, canary: 3, force: true };
  const slow = await start('redrives', { ...few, stopAtFailureRatio: 1 });
  await post('cancel-dlq-job', '/api/dlq/redrives/{id}/cancel', {}, slow);
  await over('redrives', slow);
  await over('discards', await start('discards', { ids: [fourth.id] }));
  await over('restores', await start('restores', { ids: [fourth.id] }));
  await over('discards', await start('discards', { ids: [fourth.id] }));
  const erased = await envelopeOf(stack, fourth.id);
  await over('purges', await start('purges', { ids: [fourth.id] }));

  // Its envelope is brought back, another one's item is lost, a group has nothing left, and the example of another one is
  // gone: all of it is mended.
  await stack.client.publisher.publish([erased], { deadlineMs: Date.now() + 20_000 });
  await loseItem(stack, third.id);
  await loseExample(stack, first.group);
  let cursor: unknown;
  do {
    const answer = await post('reindex-dead-letters', '/api/dlq/reindex', cursor ? { cursor } : {});
    ({ cursor } = answer);
  } while (cursor !== null);
  await until('the lost item is there again', async () =>
    (await listed('?reason=non-retriable')).some(({ id }) => id === third.id) ? true : undefined,
  );

  // A slice takes 20 s: this one is handed on.
  await over(
    'discards',
    await start('discards', { filter: { reason: 'undecodable' }, ratePerSecond: 1 }),
  );
}

/** The record of the DLQ topic with a dead letter's envelope, to be written once more. */
async function envelopeOf({ client, config }: IamStack, id: string) {
  const { dlq: topic } = config.topics;
  const partitions = (await client.reader.offsets(topic, Date.now() + 20_000)) ?? [];
  const lists = partitions.map(({ partition }) => client.readAll(topic, partition));
  const records = (await Promise.all(lists)).flat();
  const found = records.find(({ key }) => Buffer.from(key ?? []).toString() === id);
  if (found === undefined) throw new Error(`no envelope of ${id}`);
  const { key, value, headers, partition } = found;
  return { topic, build: () => ({ key, value, headers, partition }) };
}

async function loseItem({ config }: IamStack, id: string): Promise<void> {
  await onTables(config, async (client, groups) => {
    await client.send(
      new DeleteItemCommand({ TableName: config.deadLettersTable, Key: { id: { S: id } } }),
    );
    const seen = { title: 'Error: of old', errorType: 'Error', atMs: 1, example: id };
    await groups.apply({ group: '0123456789abcdef', counts: { open: 1 }, seen });
  });
}

async function loseExample({ config }: IamStack, group: string): Promise<void> {
  await onTables(config, async (_client, groups) => {
    const { example = '' } = (await groups.get(group)) ?? {};
    await groups.replaceExample(group, example, 'f'.repeat(32));
  });
}

/** As nobody's role: what is lost is lost by nobody. */
async function onTables(
  { groupsTable }: IamStack['config'],
  work: (client: DynamoDBClient, groups: GroupStore) => Promise<void>,
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: inject('dynamodbEndpoint'),
    region: LOCAL_AWS.AWS_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const sdk = await import('@aws-sdk/client-dynamodb');
    const load = async () => ({ sdk, client });
    await work(client, createGroupStore({ table: groupsTable, load }));
  } finally {
    client.destroy();
  }
}
