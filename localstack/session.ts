import { type Config, parseConfig } from '../lib/config.ts';
import { LOCAL_AWS } from './dynamodb-tables.ts';
import { removeEndpoints, writeEndpoints } from './endpoints.ts';
import { LocalError } from './local-error.ts';
import type { Environment } from './paths.ts';
import { freePort } from './ports.ts';
import { formatProblems, problemsOf } from './preflight.ts';
import { probe } from './probe.ts';
import { claim, reapAbandoned } from './process-record.ts';
import { type PortSetting, stackFiles, stackSettings } from './settings.ts';
import { type Servers, startServers } from './stack.ts';

/** A local stack as its plugin sees it, from the first check to the last stop. */
export interface StackSession extends Pick<Servers, 'broken'> {
  /** What the functions' environment has to hold. */
  readonly environment: Readonly<Record<string, string>>;
  readonly apiPort: number;
  readonly lambdaPort: number;
  /** Tells clients that all is up: writes endpoints.json. */
  announce(): void;
  /** Takes endpoints.json away and stops the servers. Never rejects; may be called again. */
  stop(): Promise<void>;
}

export interface SessionOptions {
  readonly env: Environment;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Claims the folder, clears away what a killed stack left, checks the machine, starts the servers.
 * @throws LocalError that names all that is missing at once; nothing is left running
 */
export async function createStackSession({
  env,
  say,
  signal,
}: SessionOptions): Promise<StackSession> {
  const settings = stackSettings(env);
  const files = stackFiles(settings.dir);
  const held = await claimStack(files, settings.dir);
  try {
    removeEndpoints(settings.dir);
    await reapAbandoned(`${files.kafkaData}.process.json`);
    await reapAbandoned(`${files.registryData}.process.json`);
    await reapAbandoned(`${files.dynamodbData}.process.json`);
    const { config, fault } = configOf(env);
    const facts = await probe(settings, env);
    const problems = problemsOf(
      fault === undefined ? facts : { ...facts, faults: [...facts.faults, fault] },
    );
    if (problems.length > 0) throw new LocalError(formatProblems(problems), '');
    signal.throwIfAborted();
    const servers = await startServers({ settings, config, env, say, signal });
    const apiPort = await chosen(settings.ports.api);
    const lambdaPort = await chosen(settings.ports.lambda);
    return {
      broken: servers.broken,
      environment: environmentOf(servers, env),
      apiPort,
      lambdaPort,
      announce: () =>
        writeEndpoints(settings.dir, {
          api: `http://localhost:${apiPort}`,
          lambda: `http://localhost:${lambdaPort}`,
          kafka: servers.kafka,
          schemaRegistry: servers.schemaRegistry,
          dynamodb: servers.dynamodb,
        }),
      stop: async () => {
        removeEndpoints(settings.dir);
        await servers.stop();
        held.release();
      },
    };
  } catch (error) {
    held.release();
    throw error;
  }
}

async function claimStack(files: ReturnType<typeof stackFiles>, dir: string) {
  await reapAbandoned(files.startClaim);
  return claim(files.stackClaim, {
    what: `The local stack in ${dir}`,
    remedy: `Use that one (its addresses are in ${files.endpoints}), or stop it with Ctrl-C in its terminal; a second one beside it needs LOCALSTACK_DIR and ports of its own.`,
  });
}

/** Topics and tables are named by the functions' own configuration, so its faults keep the stack from starting. */
function configOf(env: Environment): { config: Config; fault?: string } {
  try {
    const settings = { ...env, KAFKA_BROKERS: env['KAFKA_BROKERS'] || 'localhost:9092' };
    // What the batch functions are given has been judged where their mappings are made (infra/serverless-variables.ts).
    return { config: parseConfig(settings, { handlesBatches: false }) };
  } catch (error) {
    return { config: parseConfig({}), fault: (error as Error).message };
  }
}

function environmentOf(servers: Servers, env: Environment): Record<string, string> {
  return {
    ...LOCAL_AWS,
    KAFKA_BROKERS: servers.kafka,
    KAFKA_AUTH: 'none', // A deployment's is not the local broker's.
    SCHEMA_REGISTRY_URL: servers.schemaRegistry,
    GLUE_SCHEMA_REGISTRY: '', // A deployment's, too.
    AWS_ENDPOINT_URL_DYNAMODB: servers.dynamodb,
    ORDER_FAILURE_SIMULATION: env['ORDER_FAILURE_SIMULATION'] || 'on',
  };
}

async function chosen({ port }: PortSetting): Promise<number> {
  return port === 0 ? freePort() : port;
}
