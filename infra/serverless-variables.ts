import { FIELDS } from '../lib/config-fields.ts';
import { parseConfig } from '../lib/config.ts';
import { parseDeployment, type Deployment } from './deployment.ts';
import { mappingTable } from './mappings.ts';
import { roleResources } from './role-resources.ts';
import { tableResources } from './table-resources.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The deployment's own defaults where they differ from the functions': its mappings take partial responses. */
const DEPLOYMENT_DEFAULTS = { PARTIAL_BATCH_RESPONSES: 'on' } as const;

/**
 * All that serverless.yml takes from code: mappings, tables, roles, network, timeouts, and the environment of the functions, out of one
 * reading of the configuration.
 * @throws AppError CONFIG_INVALID with every fault: package, deploy and offline stop there
 */
export function serviceVariables(
  env: Environment,
  names: Pick<Deployment, 'service' | 'stage'> = { service: 'order-service', stage: 'dev' },
) {
  const settings = { ...DEPLOYMENT_DEFAULTS, ...setOnly(env) };
  const config = parseConfig(settings);
  const deployment = parseDeployment(env, names);
  const mappings = mappingTable(config, deployment);
  return {
    events: Object.fromEntries(
      Object.entries(mappings).map(([name, events]) => [name, events.map((msk) => ({ msk }))]),
    ),
    batchTimeoutSeconds: Math.ceil(config.functionTimeoutMs / 1000),
    environment: { ...functionEnvironment(settings), ...clusterVariable(env) },
    vpc: {
      subnetIds: deployment.subnetIds,
      securityGroupIds: deployment.securityGroupIds,
    },
    resources: { ...tableResources(config), ...roleResources(config, deployment) },
  };
}

/** The variables of the functions that are set: what is not set gets the functions' own default. */
function functionEnvironment(settings: Environment): Record<string, string> {
  const names = Object.values(FIELDS).map(({ name }) => name);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = settings[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What the functions ask AWS for their brokers with, where KAFKA_BROKERS does not name them. */
function clusterVariable({ MSK_CLUSTER_ARN: arn }: Environment): Record<string, string> {
  return arn ? { MSK_CLUSTER_ARN: arn } : {};
}

/** Empty text counts as not set. */
function setOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}
