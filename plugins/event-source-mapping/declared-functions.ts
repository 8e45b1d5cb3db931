import { resolve } from 'node:path';
import type { Serverless, ServerlessFunction } from '../serverless-types.ts';
import { mappingOf, type MskEvent } from './declaration.ts';
import type { FunctionDeclaration, MappingDeclaration } from './local/types.ts';
import { refuseUnserved } from './refusals.ts';

/** Lambda's and osls' own defaults. */
const TIMEOUT_DEFAULT_S = 6;
const MEMORY_DEFAULT_MB = 1024;

/**
 * The functions with an `msk` event, and their enabled mappings.
 * @throws Error that names what is not served
 */
export function declarationsOf({ service, serviceDir }: Serverless): {
  functions: FunctionDeclaration[];
  mappings: MappingDeclaration[];
} {
  const mappings: MappingDeclaration[] = [];
  const functions: FunctionDeclaration[] = [];
  for (const [key, fn] of Object.entries(service.functions)) {
    const name = functionNameOf({ service }, key);
    refuseUnserved(name, fn.events ?? []);
    const mine = mskEventsOf(fn)
      .filter(({ enabled }) => enabled !== false)
      .map((event) => mappingOf(event, name));
    if (mine.length === 0) continue;
    mappings.push(...mine);
    functions.push(functionOf(fn, name, service.provider, serviceDir));
  }
  return { functions, mappings };
}

/** Full name of the function with that key in serverless.yml; a name that is no key stays as it is. */
export function functionNameOf({ service }: Pick<Serverless, 'service'>, key: string): string {
  const fn = service.functions[key];
  if (fn === undefined) return key;
  return fn.name ?? `${service.service}-${service.provider.stage ?? 'dev'}-${key}`;
}

export function mskEventsOf({ events = [] }: ServerlessFunction): MskEvent[] {
  return events.flatMap((event) => {
    const msk = event['msk'] as MskEvent | undefined;
    return msk === undefined ? [] : [msk];
  });
}

function functionOf(
  fn: ServerlessFunction,
  name: string,
  provider: Serverless['service']['provider'],
  serviceDir: string,
): FunctionDeclaration {
  return {
    name,
    handler: resolve(serviceDir, fn.handler),
    timeoutMs: (fn.timeout ?? provider.timeout ?? TIMEOUT_DEFAULT_S) * 1000,
    memoryMb: fn.memorySize ?? provider.memorySize ?? MEMORY_DEFAULT_MB,
    environment: textsOf({ ...provider.environment, ...fn.environment }),
  };
}

/** Values that are references to other resources are nothing outside of AWS: they are left out. */
function textsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null && typeof value !== 'object' && value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

export function brokersOf({ service }: Serverless): string[] {
  const declared = service.provider.environment?.['KAFKA_BROKERS'];
  const text =
    typeof declared === 'string' && declared !== '' ? declared : process.env['KAFKA_BROKERS'];
  if (text === undefined || text === '') {
    throw new Error(
      'The event source mappings need brokers: set KAFKA_BROKERS (host:port, comma-separated)',
    );
  }
  return text.split(',').map((broker) => broker.trim());
}
