import { join } from 'node:path';
import { type Environment, localstackDir } from './paths.ts';

/** A port that people can set; 0 = any free one. */
export interface PortSetting {
  readonly variable: string;
  readonly port: number;
}

/** What the environment says about the local stack. */
export interface StackSettings {
  readonly dir: string;
  /** Brokers that run already and are not ours; undefined: we start one. */
  readonly kafkaBrokers: string | undefined;
  readonly ports: {
    readonly api: PortSetting;
    readonly lambda: PortSetting;
    readonly kafka: PortSetting;
    readonly schemaRegistry: PortSetting;
    readonly dynamodb: PortSetting;
  };
  /** A schema registry that runs already and is not ours; undefined: we start one. */
  readonly schemaRegistryUrl: string | undefined;
  /** Sentences about variables that make no sense. */
  readonly faults: readonly string[];
}

/** Reads the stack's own variables. Nothing is thrown: what is wrong comes back in `faults`. */
export function stackSettings(env: Environment): StackSettings {
  const faults: string[] = [];
  const port = (variable: string, fallback: number): PortSetting => {
    const text = env[variable];
    if (text === undefined || text === '') return { variable, port: fallback };
    const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= 0 && value <= 65_535) return { variable, port: value };
    faults.push(`${variable} is "${text}": write a port from 1 to 65535, or 0 for any free one`);
    return { variable, port: 0 }; // Nobody asked for the default: whether it is free is no matter.
  };
  const ports = {
    api: port('API_PORT', 8000),
    lambda: port('LAMBDA_PORT', 3002),
    kafka: port('KAFKA_PORT', 9092),
    schemaRegistry: port('SCHEMA_REGISTRY_PORT', 8081),
    dynamodb: port('DYNAMODB_PORT', 8001),
  };
  const kafkaBrokers = env['KAFKA_BROKERS'] || undefined;
  const schemaRegistryUrl = env['SCHEMA_REGISTRY_URL'] || undefined;
  return { dir: localstackDir(env), kafkaBrokers, schemaRegistryUrl, ports, faults };
}

/** The variables with which every server takes any free port: for a stack that stands beside others. */
export const FREE_PORTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(stackSettings({}).ports).map(({ variable }) => [variable, '0']),
);

/** Where things lie in the stack's folder. */
export function stackFiles(dir: string) {
  return {
    kafkaData: join(dir, 'kafka'),
    kafkaLog: join(dir, 'kafka.log'),
    registryData: join(dir, 'schema-registry'),
    registryLog: join(dir, 'schema-registry.log'),
    dynamodbData: join(dir, 'dynamodb'),
    dynamodbLog: join(dir, 'dynamodb.log'),
    endpoints: join(dir, 'endpoints.json'),
    /** Held by the process that serves the stack. */
    stackClaim: join(dir, 'stack.process.json'),
    /** Held by `npm start`, which watches over the former. */
    startClaim: join(dir, 'start.process.json'),
  };
}
