import { describe, expect, it } from 'vitest';
import { mappingTable } from '../../../infra/mappings.ts';
import { needsTable } from '../../../infra/permissions.ts';
import { roleId, roleResources, type Statement } from '../../../infra/role-resources.ts';
import { topicTable } from '../../../infra/topics.ts';
import { parseConfig } from '../../../lib/config.ts';
import { deploymentOf } from '../../support/deployment.ts';

const DEPLOYMENT = deploymentOf();

function statementsOf(env: Record<string, string> = {}) {
  const config = parseConfig(env);
  const roles = Object.values(roleResources(config, DEPLOYMENT)).map(({ Properties }) => {
    const [policy] = Properties['Policies'] as [{ PolicyDocument: { Statement: Statement[] } }];
    return policy.PolicyDocument;
  });
  return { roles };
}

describe('needsTable', () => {
  it('has every topic that is written read, and every mapping’s topic consumed by its function', () => {
    const config = parseConfig({ PARTIAL_BATCH_RESPONSES: 'on', DLQ_DRAIN_DELAYS_MS: '1500' });
    const needs = needsTable(config);
    for (const [name, events] of Object.entries(mappingTable(config, DEPLOYMENT))) {
      const declared = events.map(({ topic, consumerGroupId }) => ({
        topic,
        group: consumerGroupId,
      }));
      expect(needs[name as keyof typeof needs].consumes).toEqual(declared);
      const destinations = events.map(({ destinations }) => destinations?.onFailure);
      const { onFailure } = needs[name as keyof typeof needs];
      expect(new Set(destinations)).toEqual(
        new Set([onFailure === undefined ? undefined : `kafka://${onFailure}`]),
      );
    }
  });

  it('lets nobody write to a tier that is only being drained', () => {
    const config = parseConfig({ DLQ_DRAIN_DELAYS_MS: '1500' });
    const written = Object.values(needsTable(config)).flatMap(({ writes = [] }) => writes);
    const topics = topicTable(config).map(({ topic }) => topic);
    expect(topics.filter((topic) => !written.includes(topic))).toEqual([
      'order-events-retry-1500ms',
    ]);
  });
});

describe('roleResources', () => {
  const glue = (env: Record<string, string>) =>
    statementsOf(env)
      .roles.flatMap(({ Statement }) => Statement)
      .filter(({ Action }) => Action.some((action) => action.startsWith('glue:')));

  it('allows nothing of AWS Glue where the registry is another one', () => {
    expect(glue({ SCHEMA_REGISTRY_URL: 'http://registry:8081' })).toEqual([]);
  });

  it('allows create-order to register its schema where it writes Avro', () => {
    const registers = (env: Record<string, string>) =>
      glue({ GLUE_SCHEMA_REGISTRY: 'schemas', ...env })
        .filter(({ Action }) => Action.includes('glue:RegisterSchemaVersion'))
        .map(({ Resource }) => /schema\/[\w-]+\/[\w-]+/.exec(JSON.stringify(Resource))?.[0]);
    const deadLetters = 'schema/schemas/order-events-dlq-value';
    expect(registers({})).toEqual([deadLetters]);
    expect(registers({ ORDER_EVENTS_FORMAT: 'avro' })).toEqual([
      'schema/schemas/order-events-value',
      deadLetters,
    ]);
  });

  it('names no action with a wildcard, and a resource with one only where AWS has no narrower', () => {
    const { roles } = statementsOf();
    for (const { Statement } of roles) {
      for (const { Action, Resource } of Statement) {
        for (const action of Action) expect(action).not.toContain('*');
        if (Resource === '*')
          expect(Action.every((action) => action.startsWith('ec2:'))).toBe(true);
      }
    }
  });

  it('writes topics and groups as MSK has them', () => {
    const { roles } = statementsOf();
    const text = JSON.stringify(roles);
    expect(text).toContain(
      ':topic/MSK_CLUSTER_ARN-is-not-set/00000000-0000-0000-0000-000000000000-1/order-events-retry-1s"',
    );
    expect(text).toContain(
      ':group/MSK_CLUSTER_ARN-is-not-set/00000000-0000-0000-0000-000000000000-1/order-service-group-retry-1s"',
    );
  });

  it('refuses more tiers than a policy can name, and takes those of long names', () => {
    const many = { DLQ_MAX_RETRIES: '50', DLQ_RETRY_BACKOFF_MS: '1', DLQ_MAX_BACKOFF_MS: '600000' };
    expect(() => statementsOf(many)).toThrow(/the policy of RetryOrdersRole would be over 10240/);
    const long = { KAFKA_ORDER_TOPIC: 'o'.repeat(200), DLQ_MAX_RETRIES: '6' };
    expect(statementsOf(long).roles).toHaveLength(15);
  });

  it('has one role for each function', () => {
    expect(roleId('publish-dead-letter')).toBe('PublishDeadLetterRole');
  });
});
