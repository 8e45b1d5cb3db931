import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { PROJECT_DIR } from '../../localstack/paths.ts';
import {
  expectFunctions,
  expectLogGroups,
  expectMappings,
  expectRoles,
} from './deployed-functions.ts';
import { expectGone, expectHttpApi, expectRegistry, expectTables } from './deployed-rest.ts';
import { REGION, STAGE, startPlace, type Place } from './place.ts';

/*
 * One life of a stack, in the order of the tests, with moto in place of AWS, read back through the SDK. What this does
 * not prove: docs/deploy.md.
 */

let place: Place;
beforeAll(async () => {
  place = await startPlace();
});
afterAll(() => place?.stop());

const tellAll = () => onTestFailed(() => console.error(place.moto.lastWords()));

async function look(env: Readonly<Record<string, string>> = {}) {
  const { clients, settings } = place;
  const all = { ...settings, ...env };
  const roles = await expectFunctions(clients, all);
  await expectRoles(clients, all, roles);
  await expectLogGroups(clients, all);
  await expectTables(clients);
  await expectRegistry(clients);
  const mappings = await expectMappings(clients, all);
  return { roles: [...roles.values()].toSorted(), mappings, apiId: await expectHttpApi(clients) };
}
let first: Awaited<ReturnType<typeof look>>;

/** The first tier goes, a longer one comes, and every mapping that stays is changed in its place. */
const SLOWER = { DLQ_RETRY_BACKOFF_MS: '2000', BATCH_SIZE_MAX: '50' };

test('a deployment without cluster and network is refused', async () => {
  const { MSK_CLUSTER_ARN = '' } = place.settings;
  await expect(place.serverless(['deploy'], { MSK_CLUSTER_ARN })).rejects.toThrow(
    /A deployment needs VPC_SUBNET_IDS, VPC_SECURITY_GROUP_IDS: set them/,
  );
  await expectNothing();
});

test('a retry topic that nothing names is refused before anything is sent', async () => {
  await place.createTopic('order-events-retry-16s');
  await expect(place.serverless(['deploy'])).rejects.toThrow(
    /A retry topic exists that neither the retry policy nor DLQ_DRAIN_DELAYS_MS names, so nobody would read what is in there: order-events-retry-16s\. Set DLQ_DRAIN_DELAYS_MS=16000 and deploy again/,
  );
  await expectNothing();
  await place.deleteTopic('order-events-retry-16s');
});

test('deployed once, everything is there', async () => {
  tellAll();
  expect(await deploy()).not.toContain('The cluster has no topic');
  first = await look();
});

test('cfn-lint finds no error in what was sent, and no warning but the framework’s own', async () => {
  const template = join(PROJECT_DIR, '.serverless/cloudformation-template-update-stack.json');
  // A misspelt IAM action is only a warning to it. W3005: a DependsOn of what is referred to anyway, which osls writes.
  const options = ['--region', REGION, '--ignore-checks', 'W3005'];
  const strict = ['--non-zero-exit-code', 'warning', '--', template];
  const cfnLint = promisify(execFile)(join(place.commands, 'cfn-lint'), [...options, ...strict]);
  const found = await cfnLint.catch((error: { stdout: string }) => error);
  expect(found.stdout).toBe('');
});

test('deployed again without a change, nothing changes', async () => {
  tellAll();
  expect(await deploy()).toContain('No changes to deploy');
  expect(await look()).toEqual(first);
});

test('a change that would leave a retry topic without reader is refused', async () => {
  await expect(deploy(SLOWER)).rejects.toThrow(
    /retry-1s\. Set DLQ_DRAIN_DELAYS_MS=1000 and deploy/,
  );
});

test('mappings that stop listening while live functions report are refused', async () => {
  const off = { PARTIAL_BATCH_RESPONSES: 'off', MAPPING_PARTIAL_RESPONSES: 'off' };
  await expect(deploy(off)).rejects.toThrow(
    /The live functions order-service-test-process-orders, .* report failures/,
  );
});

test('deployed with a change, what stays is changed in its place; a new topic that is not there is named', async () => {
  tellAll();
  const env = { ...SLOWER, DLQ_DRAIN_DELAYS_MS: '1000' };
  expect(await deploy(env)).toContain('The cluster has no topic order-events-retry-8s');
  const changed = await look(env);
  expect(first.mappings.filter((id) => !changed.mappings.includes(id))).toEqual([]);
  expect([changed.apiId, changed.roles]).toEqual([first.apiId, first.roles]);
});

test('a retry topic that is gone takes its mapping with it', async () => {
  tellAll();
  await place.deleteTopic('order-events-retry-1s');
  await place.createTopic('order-events-retry-8s');
  expect(await deploy(SLOWER)).not.toContain('The cluster has no topic');
  const { mappings } = await look(SLOWER);
  expect(first.mappings.filter((id) => !mappings.includes(id))).toHaveLength(1);
});

test('removed, only the tables and the schema registry stay', async () => {
  tellAll();
  expect(await place.serverless(['remove'])).not.toContain('Error');
  await expectGone(place.clients);
});

test('deployed again over the tables and the registry that stayed, it leaves them alone', async () => {
  tellAll();
  const registry = `order-service-${STAGE}`;
  const env = { ...SLOWER, TABLES: 'existing', GLUE_SCHEMA_REGISTRY: registry };
  await deploy(env);
  await look(env);
  await place.serverless(['remove']);
  await expectGone(place.clients);
  expect(place.moto.complaints()).toEqual([]);
});

async function deploy(env: Readonly<Record<string, string>> = {}) {
  return place.serverless(['deploy'], { ...place.settings, ...env });
}

async function expectNothing() {
  const { Stacks } = await place.clients.stacks.send(new DescribeStacksCommand({}));
  const { Buckets } = await place.clients.s3.send(new ListBucketsCommand({}));
  expect([Stacks ?? [], Buckets ?? []]).toEqual([[], []]);
}
