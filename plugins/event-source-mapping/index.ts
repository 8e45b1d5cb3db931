import { setTimeout as sleep } from 'node:timers/promises';
import type { Hooks, Serverless, ServerlessUtils } from '../serverless-types.ts';
import { EVENT_PROPERTIES } from './declaration.ts';
import { startEventSource, type EventSource } from './local/event-source.ts';
import { patchMapping } from './template.ts';
import { startStatusServer, type StatusServer } from './local/status-server.ts';
import type { EventSourceLog } from './local/types.ts';
import { usePackages } from './packages.ts';
import { brokersOf, declarationsOf, functionNameOf, mskEventsOf } from './declared-functions.ts';
import { pluginSettings } from './settings.ts';

const READY_WAIT_MS = 10_000;
const END_WAIT_MS = 1_000;
const INSPECT_PORT = 9229;

/** Options of `serverless offline` and `serverless offline start`. */
const OPTIONS = {
  packaged: { type: 'boolean', usage: 'Run the zips that `serverless package` made' },
  inspect: { type: 'string', usage: 'Let this function wait for a debugger, on port 9229' },
} as const;

interface PluginOptions {
  readonly packaged?: boolean;
  /** Key of a function in serverless.yml. */
  readonly inspect?: string;
}

/**
 * Serverless plugin: declares what osls lacks of an `msk` event, and serves the mappings under `serverless offline`.
 * Brokers: `KAFKA_BROKERS` of the provider's environment, or of this process's. List it behind what bundles the functions
 * and before what takes the brokers down.
 */
export default class EventSourceMappingPlugin {
  readonly hooks: Hooks;
  readonly commands = {
    offline: { options: OPTIONS, commands: { start: { options: OPTIONS } } },
  };
  readonly #serverless: Serverless;
  readonly #log: EventSourceLog;
  readonly #options: PluginOptions;
  readonly #tell: (message: string) => void;
  #eventSource: EventSource | undefined;
  #status: StatusServer | undefined;

  constructor(serverless: Serverless, options: PluginOptions, { log }: ServerlessUtils) {
    this.#serverless = serverless;
    this.#options = options;
    this.#tell = (message) => log.notice(message);
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
      'before:offline:start:init': () => {
        if (options.packaged === true) usePackages(serverless);
      },
      'after:offline:start:init': () => this.#start().catch(endSoon),
      'offline:functionsUpdated:cleanup': () => this.#eventSource?.reload(),
      'before:offline:start:end': async () => {
        await this.#eventSource?.stop();
        await this.#status?.close();
      },
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
    const { service } = this.#serverless;
    const { functions, mappings } = declarationsOf(this.#serverless);
    const { statusPort, ...settings } = pluginSettings(service.custom?.['event-source-mapping']);
    if (mappings.length === 0) return;
    const { inspect } = this.#options;
    const eventSource = startEventSource({
      ...settings,
      brokers: brokersOf(this.#serverless),
      functions,
      mappings,
      log: this.#log,
      ...(inspect !== undefined && {
        inspect: { functionName: functionNameOf(this.#serverless, inspect), port: INSPECT_PORT },
      }),
    });
    this.#eventSource = eventSource;
    this.#status = await startStatusServer(statusPort, () => eventSource.state());
    this.#tell(`Event source mappings: ${mappings.length}, their state at ${this.#status.url}`);
    // The stack counts as up when records are read; a mapping that has to wait for its topic does not hold it up.
    await Promise.race([eventSource.ready, sleep(READY_WAIT_MS, undefined, { ref: false })]);
  }
}

/** The framework says what is wrong, but serverless-offline's servers, which are up by now, would keep it from ending. */
function endSoon(error: unknown): never {
  setTimeout(() => process.exit(1), END_WAIT_MS);
  throw error;
}
