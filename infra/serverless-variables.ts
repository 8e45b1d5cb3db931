import { FIELDS } from '../lib/config-fields.ts';
import { parseConfig } from '../lib/config.ts';
import { mappingTable } from './mappings.ts';
import { tableResources } from './table-resources.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Packaging needs no cluster; a deployment names its own. */
const CLUSTER_DEFAULT =
  'arn:aws:kafka:us-east-1:000000000000:cluster/MSK_CLUSTER_ARN-is-not-set/00000000-0000-0000-0000-000000000000-1';

/** The deployment's own defaults where they differ from the functions': its mappings take partial responses. */
const DEPLOYMENT_DEFAULTS = { PARTIAL_BATCH_RESPONSES: 'on' } as const;

/**
 * All that serverless.yml takes from code: mappings, tables, timeouts, and the environment of the functions, out of one
 * reading of the configuration.
 * @throws AppError CONFIG_INVALID with every fault: package, deploy and offline stop there
 */
export function serviceVariables(env: Environment) {
  const settings = { ...DEPLOYMENT_DEFAULTS, ...setOnly(env) };
  const config = parseConfig(settings);
  const mappings = mappingTable(config, config.clusterArn || CLUSTER_DEFAULT);
  return {
    events: Object.fromEntries(
      Object.entries(mappings).map(([name, events]) => [name, events.map((msk) => ({ msk }))]),
    ),
    batchTimeoutSeconds: Math.ceil(config.functionTimeoutMs / 1000),
    environment: functionEnvironment(settings),
    tables: tableResources(config),
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

/** Empty text counts as not set. */
function setOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}
