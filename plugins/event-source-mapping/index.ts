import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Hooks,
  Serverless,
  ServerlessFunction,
  ServerlessUtils,
} from '../serverless-types.ts';
import { EVENT_PROPERTIES, mappingOf, type MskEvent } from './declaration.ts';
import { startEventSource, type EventSource } from './local/event-source.ts';
import { patchMapping } from './template.ts';
import type { EventSourceLog, FunctionDeclaration, MappingDeclaration } from './local/types.ts';

/** Lambda's and osls' own defaults. */
const TIMEOUT_DEFAULT_S = 6;
const MEMORY_DEFAULT_MB = 1024;

const READY_WAIT_MS = 10_000;

/**
 * Serverless plugin: declares what osls lacks of an `msk` event, and serves the mappings under `serverless offline`.
 * Brokers: `KAFKA_BROKERS` of the provider's environment, or of this process's. List it behind what bundles the functions
 * and before what takes the brokers down.
 */
export default class EventSourceMappingPlugin {
  readonly hooks: Hooks;
  readonly #serverless: Serverless;
  readonly #log: EventSourceLog;
  #eventSource: EventSource | undefined;

  constructor(serverless: Serverless, _options: unknown, { log }: ServerlessUtils) {
    this.#serverless = serverless;
    this.#log = {
      debug: (message) => log.debug(message),
      info: (message) => log.info(message),
      warn: (message) => log.warning(message),
      error: (message) => log.error(message),
    };
    serverless.configSchemaHandler.defineFunctionEventProperties('aws', 'msk', EVENT_PROPERTIES);
    this.hooks = {
      'after:package:compileEvents': () => this.#patchTemplate(),
      // `serverless offline` without `start` fires no hook that waits: make it the same as with.
      'before:offline:start': async () => {
        const { commands } = serverless.processedInput;
        if (commands.join(' ') === 'offline') await serverless.pluginManager.spawn('offline:start');
      },
      'after:offline:start:init': () => this.#start(),
      'offline:functionsUpdated:cleanup': () => this.#eventSource?.reload(),
      'before:offline:start:end': () => this.#eventSource?.stop(),
    };
  }

  #patchTemplate(): void {
    const { service } = this.#serverless;
    const template = service.provider.compiledCloudFormationTemplate;
    const { naming } = this.#serverless.getProvider('aws');
    if (template === undefined) return;
    for (const [key, fn] of Object.entries(service.functions)) {
      for (const event of mskEventsOf(fn)) {
        patchMapping(template, naming.getLambdaLogicalId(key), event);
      }
    }
  }

  async #start(): Promise<void> {
    const { functions, mappings } = declarationsOf(this.#serverless);
    if (mappings.length === 0) return;
    this.#eventSource = startEventSource({
      brokers: brokersOf(this.#serverless),
      functions,
      mappings,
      log: this.#log,
    });
    // The stack counts as up when records are read; a mapping that has to wait for its topic does not hold it up.
    await Promise.race([this.#eventSource.ready, sleep(READY_WAIT_MS, undefined, { ref: false })]);
  }
}

/** The functions with an `msk` event, and their enabled mappings. */
function declarationsOf({ service, serviceDir }: Serverless): {
  functions: FunctionDeclaration[];
  mappings: MappingDeclaration[];
} {
  const mappings: MappingDeclaration[] = [];
  const functions: FunctionDeclaration[] = [];
  for (const [key, fn] of Object.entries(service.functions)) {
    const name = fn.name ?? `${service.service}-${service.provider.stage ?? 'dev'}-${key}`;
    const mine = mskEventsOf(fn)
      .filter(({ enabled }) => enabled !== false)
      .map((event) => mappingOf(event, name));
    if (mine.length === 0) continue;
    mappings.push(...mine);
    functions.push(functionOf(fn, name, service.provider, serviceDir));
  }
  return { functions, mappings };
}

function mskEventsOf({ events = [] }: ServerlessFunction): MskEvent[] {
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

function brokersOf({ service }: Serverless): string[] {
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
