import { FIELDS } from '../lib/config-fields.ts';
import { parseConfig, type Config } from '../lib/config.ts';
import { AppError } from '../lib/model/errors.ts';
import { parseDeployment, switchingFaults, type Deployment } from './deployment.ts';
import { mappingTable } from './mappings.ts';
import { registryResources } from './registry-resources.ts';
import { roleResources } from './role-resources.ts';
import { tableResources } from './table-resources.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Node lets its young generation grow to three times 32 MB before it collects, whatever the function's memory: for a
 * batch of 6 MB that is a hundred megabytes of garbage. https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
export const BATCH_NODE_OPTIONS = '--max-semi-space-size=16';

/**
 * All that serverless.yml takes from code: mappings, tables, roles, the schema registry, network, timeouts, and the environment of the
 * functions, out of one reading of the configuration.
 * @throws AppError CONFIG_INVALID with every fault: package, deploy and offline stop there
 */
export function serviceVariables(
  env: Environment,
  names: Pick<Deployment, 'service' | 'stage'> = { service: 'order-service', stage: 'dev' },
) {
  const set = setOnly(env);
  const { deployment, faults } = parseDeployment(set, names);
  // The deployment's own default where it differs from the functions': they report what the mappings listen to.
  const partial = { PARTIAL_BATCH_RESPONSES: deployment.partialResponses ? 'on' : 'off' };
  const ownRegistry =
    (set['SCHEMA_REGISTRY_URL'] ?? set['GLUE_SCHEMA_REGISTRY'])
      ? undefined
      : `${names.service}-${names.stage}`;
  const settings = {
    ...partial,
    ...(ownRegistry && { GLUE_SCHEMA_REGISTRY: ownRegistry }),
    ...set,
  };
  const config = judged(settings, deployment, faults);
  const { PARTIAL_BATCH_RESPONSES, ...environment } = functionEnvironment(settings);
  return {
    events: Object.fromEntries(
      Object.entries(mappingTable(config, deployment)).map(([name, events]) => [
        name,
        events.map((msk) => ({ msk })),
      ]),
    ),
    batchTimeoutSeconds: Math.ceil(config.functionTimeoutMs / 1000),
    environment,
    /** Of the functions behind mappings alone; the variable only where these take partial responses. */
    batchEnvironment: {
      NODE_OPTIONS: BATCH_NODE_OPTIONS,
      ...(deployment.partialResponses && { PARTIAL_BATCH_RESPONSES }),
    },
    vpc: {
      subnetIds: deployment.subnetIds,
      securityGroupIds: deployment.securityGroupIds,
    },
    resources: {
      ...(deployment.tables === 'create' && tableResources(config)),
      ...roleResources(config, deployment),
      ...(ownRegistry && registryResources(ownRegistry)),
    },
  };
}

/** @throws AppError CONFIG_INVALID with the faults of both, and with what is wrong between them */
function judged(
  settings: Environment,
  deployment: Deployment,
  deploymentFaults: readonly string[],
): Config {
  const faults = [...deploymentFaults];
  let config: Config | undefined;
  try {
    config = parseConfig(settings);
    faults.push(...switchingFaults(config.partialResponses, deployment));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    faults.unshift(...error.message.split('\n- ').slice(1));
  }
  if (config === undefined || faults.length > 0) {
    throw new AppError('CONFIG_INVALID', `Configuration:\n- ${faults.join('\n- ')}`);
  }
  return config;
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

/** Empty text counts as not set. */
function setOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}
