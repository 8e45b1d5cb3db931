import type Serverless from './serverless.ts';
import { createStackSession, type StackSession } from './session.ts';
import { mendOfflineHttp } from './http-server.ts';
import { describeError } from './local-error.ts';
import type { Environment } from './paths.ts';
import { LOOPBACK } from './ports.ts';

interface OfflineOptions {
  httpPort?: string;
  lambdaPort?: string;
  noSponsor?: boolean;
}

/** A drain takes as long as an invocation under way; a stack whose Kafka is gone gets no longer than this. */
const BROKEN_DRAIN_MAX_MS = 20_000;

/**
 * Serverless plugin: `serverless offline` and `serverless offline start` bring up what the functions need. List it after
 * the event source mappings, so that these are up before the addresses are written, and drained before Kafka is stopped.
 */
export default class LocalStackPlugin {
  readonly hooks: Record<string, () => Promise<void>>;
  readonly #serverless: Serverless;
  readonly #options: OfflineOptions;
  readonly #interrupted = new AbortController();
  #session: StackSession | undefined;

  constructor(serverless: Serverless, options: OfflineOptions) {
    this.#serverless = serverless;
    this.#options = options;
    this.hooks = {
      'before:offline:start:init': () => this.#start(),
      'after:offline:start:init': async () => this.#session?.announce(),
      'before:offline:start:end': () => this.#stop(),
    };
  }

  async #start(): Promise<void> {
    const onSignal = (signal: NodeJS.Signals) => this.#interrupted.abort(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
    const { provider, custom } = this.#serverless.service;
    try {
      await mendOfflineHttp();
      const session = await createStackSession({
        env: stackEnvironment(process.env, provider.environment ?? {}, this.#options),
        say,
        signal: this.#interrupted.signal,
      });
      this.#session = session;
      provider.environment = { ...provider.environment, ...session.environment };
      this.#options.noSponsor = true;
      // Command line options win over these in serverless-offline; they say the same.
      this.#serverless.service.custom = {
        ...custom,
        'serverless-offline': {
          ...custom?.['serverless-offline'],
          // Other programs' cookies come along on localhost, and may be anything.
          disableCookieValidation: true,
          host: LOOPBACK,
          httpPort: session.apiPort,
          lambdaPort: session.lambdaPort,
        },
      };
      void session.broken.then((error) => this.#break(error));
    } catch (error) {
      if (this.#interrupted.signal.aborted) process.exit(130);
      process.stderr.write(`\n${describeError(error)}\n`);
      process.exit(1);
    }
  }

  /** A server died: ends serverless the way Ctrl-C does, so that what is under way is drained. */
  #break(error: Error): void {
    process.stderr.write(`\n${describeError(error)}\n`);
    process.exitCode = 1;
    setTimeout(() => void this.#stop(), BROKEN_DRAIN_MAX_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  }

  async #stop(): Promise<void> {
    await this.#session?.stop();
    // serverless-offline would exit with 0 whatever happened.
    if (process.exitCode === 1) process.exit(1);
  }
}

/**
 * What the stack goes by: this process's environment, then what the service gives its functions (but for addresses and
 * the simulation, where those are the deployment's), with serverless-offline's own port options first. Pure.
 */
export function stackEnvironment(
  env: Environment,
  functionEnvironment: Readonly<Record<string, unknown>>,
  options: OfflineOptions,
): Environment {
  const {
    KAFKA_BROKERS: _,
    ORDER_FAILURE_SIMULATION: __,
    SCHEMA_REGISTRY_URL: ___,
    GLUE_SCHEMA_REGISTRY: ____,
    ...defaults
  } = functionEnvironment;
  const texts = Object.entries(defaults).filter(([, value]) => typeof value !== 'object');
  return {
    ...Object.fromEntries(texts.map(([name, value]) => [name, String(value)])),
    ...env,
    ...(options.httpPort && { API_PORT: options.httpPort }),
    ...(options.lambdaPort && { LAMBDA_PORT: options.lambdaPort }),
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
