import { describe, expect, it } from 'vitest';
import { missingSettings, parseDeployment } from '../../../infra/deployment.ts';

const NAMES = { service: 'order-service', stage: 'prod' };
const faultsOf = (env: Record<string, string>) => parseDeployment(env, NAMES).faults;

describe('parseDeployment', () => {
  it('reads lists, numbers and switches', () => {
    const { deployment, faults } = parseDeployment(
      {
        MSK_CLUSTER_ARN: 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1',
        VPC_SUBNET_IDS: 'subnet-0a, subnet-0b',
        VPC_SECURITY_GROUP_IDS: 'sg-0c',
        MAPPING_POLLERS_MIN: '2',
        MAPPING_POLLERS_MAX: '2',
        MAPPING_PARTIAL_RESPONSES: 'off',
        TABLES: 'existing',
      },
      NAMES,
    );
    expect(faults).toEqual([]);
    expect(deployment).toEqual({
      ...NAMES,
      clusterArn: 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1',
      subnetIds: ['subnet-0a', 'subnet-0b'],
      securityGroupIds: ['sg-0c'],
      pollers: { min: 2, max: 2 },
      partialResponses: false,
      tables: 'existing',
    });
  });

  it('needs nothing to package, and says what a deployment lacks', () => {
    expect(faultsOf({})).toEqual([]);
    expect(missingSettings({ VPC_SUBNET_IDS: 'subnet-0a' })).toEqual([
      'MSK_CLUSTER_ARN',
      'VPC_SECURITY_GROUP_IDS',
    ]);
  });

  it.each([
    [{ VPC_SUBNET_IDS: 'subnet-0a;subnet-0b' }, 'write subnet ids (subnet-…), comma-separated'],
    [{ VPC_SUBNET_IDS: 'subnet-0a,' }, 'write subnet ids'],
    [{ VPC_SECURITY_GROUP_IDS: 'default' }, 'write security group ids (sg-…), comma-separated'],
    [{ MAPPING_POLLERS_MIN: '1.5' }, 'write a whole number from 1 to 200'],
    [{ MAPPING_POLLERS_MIN: '201', MAPPING_POLLERS_MAX: '300' }, 'from 1 to 200'],
    [{ MAPPING_POLLERS_MAX: '2001' }, 'from 1 to 2000'],
    [{ MAPPING_POLLERS_MIN: '5' }, 'MAPPING_POLLERS_MAX is below MAPPING_POLLERS_MIN'],
    [{ MAPPING_PARTIAL_RESPONSES: 'yes' }, 'write "on" or "off"'],
    [{ TABLES: 'mine' }, 'write "create" or "existing"'],
    [{ MAPPING_POLERS_MAX: '2' }, 'is not a variable of the deployment: known are'],
  ])('%o is refused', (env, text) => {
    expect(faultsOf(env)).toHaveLength(1);
    expect(faultsOf(env)[0]).toContain(text);
  });
});
