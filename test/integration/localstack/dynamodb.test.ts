import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tableInputs } from '../../../infra/tables.ts';
import { parseConfig } from '../../../lib/config.ts';
import { startDynamoDb } from '../../../localstack/dynamodb.ts';
import { LOCAL_AWS } from '../../../localstack/dynamodb-tables.ts';
import { LOOPBACK } from '../../../localstack/ports.ts';
import { testDir } from '../../support/test-stack.ts';

const dir = mkdtempSync(join(testDir(), 'dynamodb-'));
const options = {
  dataDir: join(dir, 'data'),
  port: 0,
  logFile: join(dir, 'log'),
  tables: tableInputs(parseConfig({})),
};
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function clientOf(endpoint: string): DynamoDBClient {
  const {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  } = LOCAL_AWS;
  return new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
}

it('keeps what it acknowledged when it is killed, and tells that it ended', async () => {
  const first = await startDynamoDb(options);
  const order = { orderId: { S: 'ORDER-1' } };
  await clientOf(first.endpoint).send(new PutItemCommand({ TableName: 'orders', Item: order }));

  await first.kill();

  expect(await first.exited).toEqual({ code: 137 });
  const second = await startDynamoDb(options);
  const { Item } = await clientOf(second.endpoint).send(
    new GetItemCommand({ TableName: 'orders', Key: order }),
  );
  expect(Item).toEqual(order);
  await second.stop();
});

it('refuses a second process on the same data, and names the first', async () => {
  const first = await startDynamoDb(options);

  await expect(startDynamoDb(options)).rejects.toThrow(`in use by process ${process.pid}`);

  await first.stop();
});

it('whose tables lack an index, for an older version made them, does not start, and says what to do', async () => {
  const dataDir = join(dir, 'older');
  const older = tableInputs(parseConfig({})).map((input) => {
    if (input.TableName !== 'dead-letters') return input;
    const [byArrival] = input.GlobalSecondaryIndexes ?? [];
    return {
      ...input,
      AttributeDefinitions: input.AttributeDefinitions?.filter(
        ({ AttributeName }) => AttributeName !== 'groupShard',
      ),
      GlobalSecondaryIndexes: byArrival && [byArrival],
    };
  });
  await (await startDynamoDb({ ...options, dataDir, tables: older })).stop();

  await expect(startDynamoDb({ ...options, dataDir })).rejects.toMatchObject({
    name: 'LocalError',
    message:
      'Table dead-letters is of another version of the service: it lacks index by-group (groupShard + arrival).',
    remedy: expect.stringContaining('npm start -- --fresh'),
  });
  // Its data is given back, for whoever goes on with the older version.
  await (await startDynamoDb({ ...options, dataDir, tables: older })).stop();
});

it('whose port somebody else has does not start, and gives its data back', async () => {
  const somebody = createServer().listen(0, LOOPBACK);
  await once(somebody, 'listening');
  const { port } = somebody.address() as AddressInfo;
  try {
    await expect(startDynamoDb({ ...options, port })).rejects.toThrow('did not come up');
  } finally {
    somebody.close();
  }

  const next = await startDynamoDb(options);
  await next.stop();
});
