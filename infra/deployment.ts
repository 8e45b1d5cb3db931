type Environment = Readonly<Record<string, string | undefined>>;

/** Where and as what the service is deployed; everything that the functions themselves do not read. */
export interface Deployment {
  readonly service: string;
  readonly stage: string;
  readonly clusterArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly pollers: { readonly min: number; readonly max: number };
  /** Whether the mappings take partial batch responses; what the functions answer is PARTIAL_BATCH_RESPONSES. */
  readonly partialResponses: boolean;
  /** `existing`: the tables are there, of a former stack say, and this one neither makes nor changes them. */
  readonly tables: 'create' | 'existing';
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

/** Variables with this beginning are ours: one that nobody reads is a typing error. */
const OUR_PREFIX = 'MAPPING_';
const OURS = ['MAPPING_PARTIAL_RESPONSES', 'MAPPING_POLLERS_MIN', 'MAPPING_POLLERS_MAX'];

/** Variables that a deployment cannot do without and that are not set. Pure, total. */
export function missingSettings(env: Environment): readonly string[] {
  return Object.keys(PLACEHOLDERS).filter((name) => !env[name]);
}

/**
 * Nothing is thrown: what is wrong comes back in `faults`. MSK_CLUSTER_ARN is a variable of the functions too, and judged
 * with theirs (lib/config-fields.ts).
 */
export function parseDeployment(
  env: Environment,
  names: Pick<Deployment, 'service' | 'stage'>,
): { readonly deployment: Deployment; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const idsOf = (
    name: 'VPC_SUBNET_IDS' | 'VPC_SECURITY_GROUP_IDS',
    what: string,
    begin: string,
  ) => {
    const text = env[name] || PLACEHOLDERS[name];
    const ids = text.split(',').map((part) => part.trim());
    if (!ids.every((id) => new RegExp(`^${begin}-[0-9a-f]+$`).test(id))) {
      faults.push(`${name} is "${text}": write ${what} (${begin}-…), comma-separated`);
    }
    return ids;
  };
  const count = (name: string, fallback: number, max: number): number => {
    const value = env[name] ? Number(env[name]) : fallback;
    if (Number.isInteger(value) && value >= 1 && value <= max) return value;
    faults.push(`${name} is "${env[name]}": write a whole number from 1 to ${max}`);
    return fallback;
  };
  const partial = env['MAPPING_PARTIAL_RESPONSES'] || 'on';
  if (partial !== 'on' && partial !== 'off') {
    faults.push(`MAPPING_PARTIAL_RESPONSES is "${partial}": write "on" or "off"`);
  }
  const tables = env['TABLES'] || 'create';
  if (tables !== 'create' && tables !== 'existing') {
    faults.push(`TABLES is "${tables}": write "create" or "existing"`);
  }
  const deployment: Deployment = {
    ...names,
    clusterArn: env['MSK_CLUSTER_ARN'] || PLACEHOLDERS.MSK_CLUSTER_ARN,
    subnetIds: idsOf('VPC_SUBNET_IDS', 'subnet ids', 'subnet'),
    securityGroupIds: idsOf('VPC_SECURITY_GROUP_IDS', 'security group ids', 'sg'),
    pollers: {
      min: count('MAPPING_POLLERS_MIN', 1, POLLERS_MIN_MAX),
      max: count('MAPPING_POLLERS_MAX', 4, POLLERS_MAX_MAX),
    },
    partialResponses: partial === 'on',
    tables: tables === 'existing' ? tables : 'create',
  };
  if (deployment.pollers.max < deployment.pollers.min) {
    faults.push('MAPPING_POLLERS_MAX is below MAPPING_POLLERS_MIN: raise it, or lower the other');
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith(OUR_PREFIX) && !OURS.includes(name)) {
      faults.push(`${name} is not a variable of the deployment: known are ${OURS.join(', ')}`);
    }
  }
  return { deployment, faults };
}

/**
 * What keeps a live service from losing records while it is switched. A function that reports failures to a mapping that
 * does not listen loses them. Pure.
 * @param reports PARTIAL_BATCH_RESPONSES of the functions
 */
export function switchingFaults(
  reports: boolean,
  { partialResponses }: Pick<Deployment, 'partialResponses'>,
): readonly string[] {
  if (!reports || partialResponses) return [];
  return [
    'PARTIAL_BATCH_RESPONSES is on and MAPPING_PARTIAL_RESPONSES is off: failures that a function reports would be committed and lost. Switching off takes two deployments: first PARTIAL_BATCH_RESPONSES=off, then MAPPING_PARTIAL_RESPONSES=off as well; switching on takes them in the opposite order: first MAPPING_PARTIAL_RESPONSES=on with PARTIAL_BATCH_RESPONSES=off, then PARTIAL_BATCH_RESPONSES=on',
  ];
}
