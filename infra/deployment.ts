import { AppError } from '../lib/model/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where and as what the service is deployed; everything that the functions themselves do not read. */
export interface Deployment {
  readonly service: string;
  readonly stage: string;
  readonly clusterArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly pollers: { readonly min: number; readonly max: number };
}

/** Packaging needs none of these; a deployment names its own. */
const PLACEHOLDERS = {
  MSK_CLUSTER_ARN:
    'arn:aws:kafka:us-east-1:000000000000:cluster/MSK_CLUSTER_ARN-is-not-set/00000000-0000-0000-0000-000000000000-1',
  VPC_SUBNET_IDS: 'subnet-00000000000000000',
  VPC_SECURITY_GROUP_IDS: 'sg-00000000000000000',
} as const;

/** AWS's own bounds for Kafka. */
const POLLERS_MIN_MAX = 200;
const POLLERS_MAX_MAX = 2_000;

/** Variables that a deployment cannot do without and that are not set. Pure, total. */
export function missingSettings(env: Environment): readonly string[] {
  return Object.keys(PLACEHOLDERS).filter((name) => !env[name]);
}

/**
 * @throws AppError CONFIG_INVALID with every fault
 */
export function parseDeployment(
  env: Environment,
  names: Pick<Deployment, 'service' | 'stage'>,
): Deployment {
  const faults: string[] = [];
  const textOf = (name: keyof typeof PLACEHOLDERS, pattern: RegExp, what: string): string => {
    const text = env[name] || PLACEHOLDERS[name];
    if (!text.split(',').every((part) => pattern.test(part.trim()))) {
      faults.push(`${name} is "${text}": write ${what}`);
    }
    return text;
  };
  const count = (name: string, fallback: number, max: number): number => {
    const value = env[name] ? Number(env[name]) : fallback;
    if (!Number.isInteger(value) || value < 1 || value > max) {
      faults.push(`${name} is "${env[name]}": write a whole number from 1 to ${max}`);
    }
    return value;
  };
  const deployment = {
    ...names,
    clusterArn: textOf('MSK_CLUSTER_ARN', CLUSTER_ARN, 'the ARN of an MSK cluster'),
    subnetIds: listOf(
      textOf('VPC_SUBNET_IDS', /^subnet-[0-9a-f]+$/, 'subnet ids, comma-separated'),
    ),
    securityGroupIds: listOf(
      textOf('VPC_SECURITY_GROUP_IDS', /^sg-[0-9a-f]+$/, 'security group ids, comma-separated'),
    ),
    pollers: {
      min: count('MAPPING_POLLERS_MIN', 1, POLLERS_MIN_MAX),
      max: count('MAPPING_POLLERS_MAX', 4, POLLERS_MAX_MAX),
    },
  };
  if (deployment.pollers.max < deployment.pollers.min) {
    faults.push('MAPPING_POLLERS_MAX is below MAPPING_POLLERS_MIN: raise it, or lower the other');
  }
  if (faults.length > 0) {
    throw new AppError('CONFIG_INVALID', `Configuration:\n- ${faults.join('\n- ')}`);
  }
  return deployment;
}

const CLUSTER_ARN = /^arn:aws[a-z-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[^/\s]+\/[0-9a-f-]+$/;

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
